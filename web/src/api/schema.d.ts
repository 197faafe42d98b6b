// Made from /api/openapi.json by `npm run api`; not written by hand.

export interface paths {
    "/api/v1/causes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All causes, in alphabetical order */
        get: operations["list-causes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/causes/{cause}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The page of one cause */
        get: operations["get-cause"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed since a number, in order */
        get: operations["list-changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/company": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the company's name */
        patch: operations["change-company"];
        trace?: never;
    };
    "/api/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Connections, the oldest first */
        get: operations["list-connections"];
        put?: never;
        /** Connect a WhatsApp number with the values of the manual way */
        post: operations["add-connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One connection */
        get: operations["get-connection"];
        put?: never;
        post?: never;
        /** End a connection; its conversations stay */
        delete: operations["disconnect"];
        options?: never;
        head?: never;
        /** Rename, pause or resume a connection */
        patch: operations["change-connection"];
        trace?: never;
    };
    "/api/v1/connections/{id}/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How an account stands with its platform, now and over time; the platform is not asked */
        get: operations["get-standing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/display_name": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the display name stands, read from the platform now */
        get: operations["get-display-name"];
        put?: never;
        /** Ask for another display name, which the platform reviews */
        post: operations["request-display-name"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/display_name/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let an approved name take effect: registers the number again with its PIN, one of ten in 72 hours */
        post: operations["take-display-name"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last report about a connection */
        get: operations["get-report"];
        put?: never;
        /**
         * Examine a connection in full
         * @description With Accept: text/event-stream each check comes as it begins and as it ends (event: check), then the report (event: report); else the report alone. Whoever leaves does not end it.
         */
        post: operations["examine-connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that was ever found at a connection, what stands first */
        get: operations["list-findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/fixes/{action}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Repair something, or tell what that would change */
        post: operations["fix-connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The platform's limits on an account, what is used of them from here and what is left; the platform is not asked */
        get: operations["list-limits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Message links, read from the platform now */
        get: operations["list-links"];
        put?: never;
        /** Make a message link */
        post: operations["add-link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/links/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a message link another text; its address stays */
        post: operations["change-link"];
        /** End a message link; printed codes of it lead nowhere then */
        delete: operations["delete-link"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/links/{code}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The QR code of a message link */
        get: operations["get-link-image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/move-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What to do to take a number elsewhere */
        get: operations["get-move-out"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What customers see of the business, read from the platform now */
        get: operations["get-profile"];
        /** Write the whole profile; an empty about is left as it is */
        put: operations["save-profile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/profile/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The picture that customers see of the business, read from the platform now */
        get: operations["get-profile-picture"];
        /**
         * Give the business another picture
         * @description The body is the picture itself, JPEG or PNG; limits of the profile tell its size. A square one is shown whole.
         */
        put: operations["save-profile-picture"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/repairs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who repaired what at a connection, the newest first */
        get: operations["list-repairs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A connection's templates as last read from the platform */
        get: operations["list-templates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/templates/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read the templates from the platform now */
        post: operations["sync-templates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go the whole way of a message once
         * @description webhook: a signed call through the public address, which never enters the inbox. message: to a phone that has written lately. round_trip: waits two minutes for somebody to write to the number, and answers. With Accept: text/event-stream each hop comes as it happens (event: step), then the result (event: result).
         */
        post: operations["test-connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Conversations of a view */
        get: operations["list-conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many conversations the views hold, each counted to 1,000 at most */
        get: operations["count-conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One conversation */
        get: operations["get-conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Assign a conversation, mark it done or open it again */
        patch: operations["change-conversation"];
        trace?: never;
    };
    "/api/v1/conversations/{id}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Keep what has been typed so far; an empty text without files ends the draft */
        put: operations["keep-draft"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A conversation's messages, the newest first */
        get: operations["list-messages"];
        put?: never;
        /** Send a message: a text, a file, a template, a location, contacts, buttons or a reaction */
        post: operations["send-message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell colleagues that one looks at a conversation or types in it */
        post: operations["say-presence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark a conversation as read up to a message, here and with the person */
        post: operations["read-conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/typing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show the person that an answer is being typed */
        post: operations["show-typing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark a conversation as unread from a message on */
        post: operations["unread-conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calls of the platforms, the newest first */
        get: operations["list-deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One call with its bytes */
        get: operations["get-delivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Apply a kept call again; what was stored stays as it is */
        post: operations["replay-delivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/demo/faults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What they do wrong now */
        get: operations["demo-list-faults"];
        put?: never;
        /** Break something */
        post: operations["demo-add-fault"];
        /** Mend everything */
        delete: operations["demo-end-faults"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/demo/faults/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a demo's platforms can be made to do wrong */
        get: operations["demo-list-fault-kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/demo/faults/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Mend one thing */
        delete: operations["demo-end-fault"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last report about the server itself */
        get: operations["get-server-report"];
        put?: never;
        /**
         * Examine the server itself in full
         * @description As examine-connection, with the server's own checks alone.
         */
        post: operations["examine-server"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the caller has begun to write, the newest first */
        get: operations["list-drafts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a platform's error code means, why it comes and what to do */
        get: operations["explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** API keys, the oldest first */
        get: operations["list-keys"];
        put?: never;
        /** Make an API key */
        post: operations["add-key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End an API key at once */
        delete: operations["end-key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What arrived and what became of it, in elements */
        get: operations["get-ledger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is asking */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change your name or settings */
        patch: operations["change-me"];
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change your password; your other sessions end */
        post: operations["change-password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a file to send it later
         * @description The body is the file itself. Its type is found by looking at it; pictures are made such that every platform takes them. An upload that no message takes is removed after a day.
         */
        post: operations["upload-media"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A message's file
         * @description The bytes, with a type that was found by looking at them; what is not known to be harmless comes as a download.
         */
        get: operations["get-media"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A small JPEG of a picture
         * @description At most 640 pixels wide and high, made here.
         */
        get: operations["get-media-preview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One message */
        get: operations["get-message"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a message that has not left yet */
        post: operations["cancel-message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that a failed or unconfirmed message needs nothing more */
        post: operations["dismiss-message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a failed or unconfirmed message again: a new attempt of the same message, which keeps its status until the platform gives it a new id. 200 when one was under way already */
        post: operations["retry-message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{id}/send_now": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a message leave before its time for taking it back has passed */
        post: operations["release-message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{id}/story": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything known about one message */
        get: operations["get-story"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What failed and what waits, grouped by cause */
        get: operations["list-outcomes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/outcomes/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that many failed or unconfirmed messages need nothing more */
        post: operations["dismiss-messages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/outcomes/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send many failed messages again, or say with dry_run what that would do */
        post: operations["retry-messages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/outcomes/{key}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A group's messages: the newest first where a person is needed, in the order they leave where they wait */
        get: operations["list-outcome-messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/platforms/whatsapp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What connecting WhatsApp needs of this server */
        get: operations["get-platform"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who looks at which conversation, or types in it */
        get: operations["list-presence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/procedures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Procedures that are neither done nor given up, the oldest first */
        get: operations["list-procedures"];
        put?: never;
        /** Begin to connect or reconnect an account; a connection has one open procedure, which is given again */
        post: operations["begin-procedure"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/procedures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One procedure */
        get: operations["get-procedure"];
        put?: never;
        post?: never;
        /** Give a procedure up; at the platform nothing is undone */
        delete: operations["give-up-procedure"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/procedures/{id}/steps/{step}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a step what it waits for; answers once it has ended or waits again */
        post: operations["take-step"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/release-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Notes from somebody with access to an account who asks you to let it go; nobody is named */
        get: operations["list-release-requests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find messages, people and ids */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a password */
        post: operations["sign-in"];
        /** Sign out */
        delete: operations["sign-out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where you are signed in, the oldest first */
        get: operations["list-sessions"];
        put?: never;
        post?: never;
        /** End all your other sessions */
        delete: operations["end-sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of your sessions */
        delete: operations["end-session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the first company is still to be made */
        get: operations["needs-setup"];
        put?: never;
        /** Make the first company and its owner, with the code that the server printed */
        post: operations["set-up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes as they happen
         * @description Server-sent events. change: id is the number of a change, data the change as list-changes gives it. hello begins the stream and says where it starts; too_old ends it: load the lists anew. presence, without an id, tells who looks at a conversation or types in it, as list-presence gives it.
         */
        get: operations["stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The company's people, the oldest first */
        get: operations["list-users"];
        put?: never;
        /** Add a person and get the link that invites them */
        post: operations["add-user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a person's name or role, deactivate or activate them */
        patch: operations["change-user"];
        trace?: never;
    };
    "/api/v1/users/{id}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A link by which a person chooses a password, the first or a new one */
        post: operations["invite-user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/welcome": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Choose a password by an invitation's code, and sign in */
        post: operations["accept-invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccountRef: {
            business: string;
            phone: string;
            phone_number_id: string;
            waba_id: string;
        };
        AddressView: {
            cause: string | null;
            public_url: string;
            /** @description false when the platform cannot reach this address by its form alone */
            usable: boolean;
        };
        AgainView: {
            /**
             * Format: date-time
             * @description earlier than this it would be held back again; null for at once
             */
            after: string | null;
            possible: boolean;
            /** @description it may arrive twice, so the retry asks for confirm_duplicate */
            risky: boolean;
        };
        AnnouncedView: {
            /** @description this program, or every business that uses it, relies on what changes */
            concerns: boolean;
            /** @description empty when there is nothing to do */
            do: string;
            /** Format: date-time */
            on: string | null;
            /** @description the day is only the earliest that it may be */
            open: boolean;
            /** @description month in which it was read there */
            read: string;
            source: string;
            /** @description sources differ */
            unconfirmed: boolean;
            what: string;
        };
        AttemptView: {
            /** Format: date-time */
            at: string;
            cause: string | null;
            /** Format: int64 */
            code: number | null;
            /** Format: date-time */
            ended_at: string | null;
            /** Format: int64 */
            http: number | null;
            /** Format: int64 */
            n: number;
            /**
             * @description null while it runs
             * @enum {string|null}
             */
            outcome: "accepted" | "refused" | "unknown" | "not_sent" | null;
            platform_id: string | null;
            /** @description true when the refusal before did not prove that the message was not taken */
            repeat: boolean;
            /** Format: int64 */
            subcode: number | null;
            trace_id: string | null;
        };
        AttemptsView: {
            /**
             * Format: date-time
             * @description when the oldest leaves the window
             */
            free_at: string | null;
            /** Format: int64 */
            limit: number;
            /** Format: int64 */
            used: number;
            /** Format: int64 */
            window_hours: number;
        };
        BadgeView: {
            /**
             * Format: date-time
             * @description after a refusal: from when it may be asked for again; there is no appeal
             */
            again_at: string | null;
            /**
             * Format: date-time
             * @description since when it is known to be so
             */
            since: string | null;
            /** @description the platform's word, null when it was never told */
            state: string | null;
        };
        CandidateView: {
            cause: string;
            /** @description the fact that speaks for or against it, or that there is none */
            evidence: string;
            /** @description the facts speak for it */
            likely: boolean;
            /** @description the playbook's word for the reason; null when the candidate is a cause as a whole */
            reason: string | null;
            /** @description the facts exclude it */
            ruled_out: boolean;
            /** @description how to find out whether it is this one */
            tell: string | null;
            /** @description the reason or the cause, in one sentence */
            title: string;
        };
        CardInput: {
            emails?: components["schemas"]["EmailInput"][] | null;
            name: string;
            organization?: string;
            phones?: components["schemas"]["PhoneInput"][] | null;
        };
        CauseLine: {
            cause: string;
            /** @description one sentence */
            short: string;
            /**
             * @description where the trouble lies
             * @enum {string}
             */
            side: "us" | "platform" | "account" | "person" | "nobody_wrote" | "unknown";
            title: string;
            /**
             * @description who can act
             * @enum {string}
             */
            who: "agent" | "lead" | "admin" | "operator" | "account_owner" | "nobody";
        };
        CausePage: {
            cause: string;
            /** @description the platforms' numbers that lead here */
            codes: components["schemas"]["CodeView"][];
            /** @enum {string} */
            confidence: "documented" | "field" | "unconfirmed";
            /** @description what to do, in order */
            do: components["schemas"]["Step"][];
            /** @description whether a person's own new try of the same message can succeed */
            may_try: boolean;
            /** @description the platform's own title of the code, null when a cause was asked for or the code is unknown */
            name: string | null;
            /** @description what may be behind it where the platform does not say which, the likelier first */
            reasons: components["schemas"]["Reason"][];
            retry: components["schemas"]["RetryView"];
            /** @description the requirements that it serves, see docs/requirements.md */
            rows: string[];
            /** @description one sentence, for lists */
            short: string;
            /**
             * @description where the trouble lies
             * @enum {string}
             */
            side: "us" | "platform" | "account" | "person" | "nobody_wrote" | "unknown";
            sources: components["schemas"]["Source"][];
            /** @description how it is told from other causes with the same code */
            tell: string | null;
            title: string;
            what: string;
            /** @enum {string} */
            who: "agent" | "lead" | "admin" | "operator" | "account_owner" | "nobody";
            why: string;
        };
        Change: {
            call: string;
            from: string;
            to: string;
        };
        ChangeView: {
            /** Format: date-time */
            at: string;
            conversation_id: string | null;
            id: string;
            kind: string;
            /** Format: int64 */
            n: number;
        };
        ChangesView: {
            changes: components["schemas"]["ChangeView"][];
            /**
             * Format: int64
             * @description pass as since for what follows
             */
            next: number;
        };
        CheckReport: {
            /** @description further candidates when no reading decides, the likelier first */
            also: string[];
            cause: string | null;
            /**
             * Format: date-time
             * @description when a warning becomes a failure
             */
            due: string | null;
            /** @description empty when found is as it should be */
            expected: string;
            found: string;
            id: string;
            /** Format: int64 */
            ms: number;
            /** @description the checks without which this one says nothing */
            needs: string[];
            /** @description the platform's answer with secrets masked */
            raw: string | null;
            /**
             * @description running only while it streams
             * @enum {string}
             */
            result: "pass" | "warn" | "fail" | "not_checked" | "could_not_tell" | "running";
            title: string;
        };
        ChoiceInput: {
            /** @description of a row */
            description?: string;
            /** @description comes back when it is pressed */
            id: string;
            title: string;
        };
        ChoicesView: {
            numbers: components["schemas"]["NumberChoice"][];
            wabas: components["schemas"]["WABAChoice"][];
        };
        CodeView: {
            /** Format: int64 */
            code: number;
            /**
             * Format: int64
             * @description the last code of a range, null when it is one code
             */
            code_max: number | null;
            /** @enum {string} */
            confidence: "documented" | "field" | "unconfirmed";
            /** @description the platform's own title */
            name: string;
            platform: string;
            /**
             * Format: int64
             * @description null when there is none
             */
            subcode: number | null;
        };
        CompanyInputBody: {
            name: string;
        };
        ConflictView: {
            found: components["schemas"]["AccountRef"];
            missing_scopes: string[];
            stored: components["schemas"]["AccountRef"];
        };
        ConnectionPatchBody: {
            name?: string;
            /** @description true stops sending; what comes in is stored all the same */
            paused?: boolean;
        };
        ConnectionView: {
            account: string;
            cause: string | null;
            /** Format: date-time */
            checked_at: string | null;
            doctor: components["schemas"]["DoctorView"];
            /** @description why nothing leaves just now, and when it is tried again; null when nothing is held */
            hold: components["schemas"]["HoldView"] | null;
            id: string;
            name: string;
            /** @description who stopped sending, null while nobody has */
            paused: components["schemas"]["PausedView"] | null;
            /** @description the number as people write it */
            phone: string | null;
            platform: string;
            procedure_id: string | null;
            /** @description what the platform last told of the account, by name; null when nothing was read yet */
            readings: {
                [key: string]: string;
            } | null;
            receiving: components["schemas"]["FlowView"];
            sending: components["schemas"]["FlowView"];
            /** Format: date-time */
            since: string | null;
            soon: components["schemas"]["SoonView"][];
            /** @description true when the status rests on proof older than 15 minutes */
            stale: boolean;
            /** @enum {string} */
            status: "connected" | "connecting" | "reauthorization_required" | "disconnected" | "degraded" | "paused";
            /** @description null while the platform has not told what it is */
            token: components["schemas"]["TokenView"] | null;
            /** @description two rows of 24 hours of UTC, the present one last: messages that came, and messages written */
            volume: (number[] | null)[];
            /** Format: int64 */
            waiting: number;
            /** @description where the platform must send this account's events */
            webhook_url: string;
        };
        ConversationView: {
            address: string;
            assignee: components["schemas"]["PersonView"] | null;
            connection_id: string;
            contact: components["schemas"]["PersonView"];
            /** @description who has begun to write and not sent */
            draft_by: components["schemas"]["PersonView"][];
            /** @description why nothing leaves just now, and when it is tried again; null when nothing is held */
            hold: components["schemas"]["HoldView"] | null;
            id: string;
            last_message: components["schemas"]["MessageView"] | null;
            platform: string;
            /** @description what the platform's country rules say of the address; null when none applies */
            reach: components["schemas"]["ReachView"] | null;
            /** @enum {string} */
            state: "open" | "snoozed" | "done";
            /** @description the newest message of ours that failed or is unconfirmed and was not dismissed */
            trouble: components["schemas"]["TroubleView"] | null;
            /** Format: int64 */
            unread: number;
            /** Format: date-time */
            waiting_since: string | null;
            window: components["schemas"]["WindowView"];
        };
        ConversionView: {
            /** Format: int64 */
            bytes_before: number;
            /** @description the type before */
            from: string;
            /** @description sentences for the person who uploaded it */
            why: string;
        };
        CountsView: {
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            mine: number;
            /** Format: int64 */
            open: number;
            /** Format: int64 */
            unassigned: number;
            /** Format: int64 */
            unread_mine: number;
            /** Format: int64 */
            waiting: number;
        };
        DeliveryDetail: {
            /** Format: int64 */
            answer: number;
            /** Format: int64 */
            bytes: number;
            connection_id: string | null;
            elements: components["schemas"]["ElementsView"];
            id: string;
            /**
             * Format: int64
             * @description how old the oldest element was by the platform's clock
             */
            lag_ms: number;
            /** Format: double */
            ms: number;
            platform: string;
            /** @description the body as received; null when it is no longer kept */
            raw: string | null;
            reason: string | null;
            /** Format: date-time */
            received_at: string;
            /** @enum {string} */
            signature: "ok" | "bad" | "none";
            /**
             * Format: int64
             * @description how long after the oldest element the newest happened
             */
            spread_ms: number;
            /** @enum {string} */
            state: "applied" | "pending" | "parked" | "refused";
            test: boolean;
        };
        DeliveryView: {
            /** Format: int64 */
            answer: number;
            /** Format: int64 */
            bytes: number;
            connection_id: string | null;
            elements: components["schemas"]["ElementsView"];
            id: string;
            /**
             * Format: int64
             * @description how old the oldest element was by the platform's clock
             */
            lag_ms: number;
            /** Format: double */
            ms: number;
            platform: string;
            reason: string | null;
            /** Format: date-time */
            received_at: string;
            /** @enum {string} */
            signature: "ok" | "bad" | "none";
            /**
             * Format: int64
             * @description how long after the oldest element the newest happened
             */
            spread_ms: number;
            /** @enum {string} */
            state: "applied" | "pending" | "parked" | "refused";
            test: boolean;
        };
        DemoView: {
            /** @description where the simulated customers' phones are */
            phones_url: string;
        };
        DeskInputBody: {
            /** @description id of the person who has it from now on, null for nobody; left out: as it is */
            assignee?: string | null;
            /** @enum {string} */
            state?: "open" | "done";
        };
        Dismissed: {
            /** Format: int64 */
            dismissed: number;
        };
        DoctorView: {
            /**
             * Format: date-time
             * @description when it was last examined
             */
            at: string | null;
            /** @description the verdict's cause */
            cause: string | null;
            /** @enum {string} */
            status: "pass" | "warn" | "fail" | "checking" | "never";
        };
        DraftInputBody: {
            /** @description ids of uploaded files */
            media?: string[] | null;
            reply_to?: string;
            text: string;
            /**
             * Format: date-time
             * @description when it was typed; an older draft never replaces a newer one
             */
            updated_at: string;
        };
        DraftView: {
            conversation_id: string;
            media: components["schemas"]["UploadView"][];
            reply_to: string | null;
            text: string;
            /** Format: date-time */
            updated_at: string;
        };
        ElementsView: {
            /** Format: int64 */
            duplicate: number;
            /** Format: int64 */
            parked: number;
            /** Format: int64 */
            pending: number;
            /** Format: int64 */
            stored: number;
        };
        EmailInput: {
            email: string;
        };
        Entry: {
            cause: string;
            /** @enum {string} */
            confidence: "documented" | "field" | "unconfirmed";
            /** @description what to do, in order */
            do: components["schemas"]["Step"][];
            /** @description whether a person's own new try of the same message can succeed */
            may_try: boolean;
            /** @description the platform's own title of the code, null when a cause was asked for or the code is unknown */
            name: string | null;
            /** @description what may be behind it where the platform does not say which, the likelier first */
            reasons: components["schemas"]["Reason"][];
            retry: components["schemas"]["RetryView"];
            /** @description the requirements that it serves, see docs/requirements.md */
            rows: string[];
            /** @description one sentence, for lists */
            short: string;
            /**
             * @description where the trouble lies
             * @enum {string}
             */
            side: "us" | "platform" | "account" | "person" | "nobody_wrote" | "unknown";
            sources: components["schemas"]["Source"][];
            /** @description how it is told from other causes with the same code */
            tell: string | null;
            title: string;
            what: string;
            /** @enum {string} */
            who: "agent" | "lead" | "admin" | "operator" | "account_owner" | "nobody";
            why: string;
        };
        ErrorView: {
            /** Format: int64 */
            code: number;
            /** Format: int64 */
            subcode: number | null;
            text: string;
        };
        Evidence: {
            /**
             * @description unknown: it says nothing
             * @enum {string}
             */
            points_at: "us" | "platform" | "account" | "unknown";
            text: string;
        };
        EvidenceView: {
            /** @description named facts; the names depend on the step */
            facts: {
                [key: string]: string;
            };
            /** @description what is known of each pasted value */
            fields: components["schemas"]["FieldCheckView"][];
            text: string;
        };
        ExactView: {
            conversation_id: string | null;
            id: string;
            /** @enum {string} */
            type: "conversation" | "message" | "connection" | "delivery";
        };
        Explanation: {
            /**
             * Format: int64
             * @description null when a cause was asked for
             */
            code: number | null;
            /** @description several where one code has several causes; for an unknown code the page that says so */
            entries: components["schemas"]["Entry"][];
            known: boolean;
            /** @description null when a cause was asked for */
            platform: string | null;
            /**
             * Format: int64
             * @description null when there is none
             */
            subcode: number | null;
            /** @description the platform's own words as they were given; they are quoted, never matched */
            text: string | null;
        };
        FieldCheckView: {
            cause: string | null;
            name: string;
            ok: boolean;
            /** @description a short line, such as: works · belongs to Shop Lda */
            text: string;
        };
        FieldProblem: {
            name: string;
            reason: string;
        };
        FigureView: {
            name: string;
            /** @description the oldest first; each stands until the next */
            values: components["schemas"]["ReadingView"][];
        };
        FindingReport: {
            cause: string;
            /** @description the check that saw it */
            check: string;
            /**
             * Format: int64
             * @description how often it began
             */
            count: number;
            do: components["schemas"]["Step"][];
            /** Format: date-time */
            due: string | null;
            /** Format: date-time */
            first_seen: string;
            /** Format: date-time */
            fixed_at: string | null;
            /** Format: date-time */
            last_seen: string;
            /** @enum {string} */
            severity: "fail" | "warn" | "could_not_tell";
            short: string;
            /** @enum {string} */
            side: "us" | "platform" | "account" | "person" | "nobody_wrote" | "unknown";
            /** @enum {string} */
            state: "open" | "fixed" | "came_back";
            title: string;
            what: string;
            /** @enum {string} */
            who: "agent" | "lead" | "admin" | "operator" | "account_owner" | "nobody";
            why: string;
        };
        FitView: {
            /**
             * Format: int64
             * @description the most that a file of its kind may have
             */
            limit_bytes: number;
            ok: boolean;
            platform: string;
            /** @description why it does not fit; null when it does */
            reason: string | null;
        };
        FixInputBody: {
            /** @description the code that came, for verify_code */
            code?: string;
            /** @description only tell what would change */
            dry_run?: boolean;
            /** @description of the code's message, for request_code, such as en_US */
            language?: string;
            /**
             * @description how the code comes, for request_code
             * @enum {string}
             */
            method?: "sms" | "voice";
            /** @description six digits, for register and set_pin */
            pin?: string;
        };
        FixView: {
            /** @description each call that changes something, with what is there and what will be */
            changes: components["schemas"]["Change"][];
            /** @description false when it was only asked what would change */
            done: boolean;
        };
        FlowView: {
            /** @description why it is not yes, null where nobody knows */
            cause: string | null;
            /** Format: date-time */
            proof_at: string | null;
            /** @enum {string} */
            state: "yes" | "late" | "slow" | "limited" | "no" | "unknown";
        };
        FoundContactView: {
            address: string;
            conversation_id: string;
            name: string;
            platform: string;
        };
        FoundConversationView: {
            id: string;
            name: string;
            platform: string;
        };
        FoundMessageView: {
            conversation: components["schemas"]["FoundConversationView"];
            message: components["schemas"]["MessageView"];
            /** @description the text that was found, in pieces; … stands where it was cut */
            snippet: components["schemas"]["HitView"][];
        };
        GainView: {
            after: string;
            before: string;
            what: string;
        };
        HitView: {
            hit: boolean;
            text: string;
        };
        HoldView: {
            cause: string;
            /** Format: date-time */
            until: string;
        };
        Hop: {
            cause: string | null;
            found: string;
            /** Format: int64 */
            ms: number;
            ok: boolean;
            /** @description resolve, connect, certificate, deliver, stored, refuse_forged · received · queued, accepted, delivered */
            step: string;
        };
        InteractiveInput: {
            body: string;
            /** @description of type list: what opens it */
            button?: string;
            /** @description of type button */
            buttons?: components["schemas"]["ChoiceInput"][] | null;
            /** @description of type cta_url */
            display_text?: string;
            footer?: string;
            header?: string;
            /** @description of type list */
            sections?: components["schemas"]["SectionInput"][] | null;
            /** @enum {string} */
            type: "button" | "list" | "cta_url";
            /** @description of type cta_url */
            url?: string;
        };
        InviteView: {
            /** @description shown this once; it works once, for seven days, and ends earlier ones */
            invite_url: string;
        };
        InvitedView: {
            active: boolean;
            email: string;
            id: string;
            /** @description shown this once; whoever opens it becomes this person. It works once, for seven days */
            invite_url: string;
            /** @description true until the person has chosen a password */
            invited: boolean;
            /**
             * Format: date-time
             * @description up to a minute behind; null for never
             */
            last_seen_at: string | null;
            name: string;
            /** @enum {string} */
            role: "agent" | "lead" | "admin" | "owner";
        };
        KeyView: {
            /** Format: date-time */
            created_at: string;
            /** @description null when it was made on the command line */
            created_by: components["schemas"]["PersonView"] | null;
            id: string;
            /**
             * Format: date-time
             * @description up to a minute behind; null for never
             */
            last_used_at: string | null;
            name: string;
            /** @description false when who made it was deactivated or may not manage keys any more */
            works: boolean;
        };
        LedgerView: {
            /** Format: int64 */
            duplicate: number;
            /** Format: int64 */
            parked: number;
            /** Format: int64 */
            pending: number;
            /** Format: int64 */
            received: number;
            /** @description in calls, whose elements nobody read */
            refused: components["schemas"]["RefusedView"];
            /** Format: int64 */
            stored: number;
        };
        Left: {
            cause: string;
            what: string;
        };
        LeftView: {
            /** @description what only somebody at the platform can do, because it refused or did not answer */
            left_to_do: components["schemas"]["Left"][];
        };
        LimitView: {
            /**
             * Format: date-time
             * @description the minute of the busiest second
             */
            at: string | null;
            /**
             * Format: date-time
             * @description when the next place becomes free
             */
            free_at: string | null;
            /** @description how it is kept to here */
            kept: string;
            /** @description false while the platform has not told which step holds */
            known: boolean;
            /**
             * Format: int64
             * @description null when there is no limit or nobody knows
             */
            left: number | null;
            /**
             * Format: int64
             * @description null when there is none, or the platform has not told; see known
             */
            limit: number | null;
            /** @enum {string} */
            name: "throughput" | "person" | "starts" | "registrations" | "deregistrations" | "codes" | "templates" | "calls";
            /**
             * Format: int64
             * @description the time that it is counted over; null for what there may be at all
             */
            per_seconds: number | null;
            /** @description month in which it was read there */
            read: string;
            source: string;
            /** @description the platform does not publish this figure */
            unconfirmed: boolean;
            /**
             * Format: int64
             * @description as counted here; null when nobody knows. For throughput: the busiest second of the last hour
             */
            used: number | null;
            /** @description what is counted */
            what: string;
        };
        LinkBody: {
            /** @description what the person finds written, and may change before sending it */
            text: string;
        };
        LinkView: {
            code: string;
            text: string;
            /** @description opens a conversation with the text written */
            url: string;
        };
        LinksView: {
            items: components["schemas"]["LinkView"][];
            /**
             * Format: int64
             * @description the longest text, in characters
             */
            text_max: number;
        };
        LocationInput: {
            address?: string;
            /**
             * Format: double
             * @description degrees, north is positive
             */
            latitude: number;
            /**
             * Format: double
             * @description degrees, east is positive
             */
            longitude: number;
            name?: string;
        };
        MeInputBody: {
            name?: string;
            settings?: components["schemas"]["SomeSettings"];
        };
        MeUser: {
            email: string;
            id: string;
            name: string;
            role: string;
        };
        MeView: {
            company: components["schemas"]["PersonView"];
            /** @description null unless this is a demo with simulated customers */
            demo: components["schemas"]["DemoView"] | null;
            /** @description false when others in the network could read this connection */
            encrypted: boolean;
            /** @description what the caller may do; the words are those of the routes */
            rights: string[];
            role: string;
            session_id: string | null;
            settings: components["schemas"]["Settings"];
            /** @description null for an API key */
            user: components["schemas"]["MeUser"] | null;
        };
        MediaView: {
            /** Format: int64 */
            bytes: number;
            /** @description what was done to the upload; null for nothing */
            converted: components["schemas"]["ConversionView"] | null;
            /**
             * Format: int64
             * @description how long it plays; null when not known
             */
            duration_ms: number | null;
            /** Format: int64 */
            height: number | null;
            id: string;
            /**
             * @description what it is sent or shown as
             * @enum {string}
             */
            kind: "image" | "video" | "audio" | "voice" | "document" | "sticker";
            /** @description what the bytes are, whatever somebody called them */
            mime: string;
            /** @description safe to show and to save under; may be empty */
            name: string;
            /** @description a JPEG of at most 640 pixels; null when there is none */
            preview_url: string | null;
            /** @description why the file is lost, or why it is not here yet */
            reason: string | null;
            /** @enum {string} */
            state: "pending" | "ready" | "lost";
            url: string | null;
            /**
             * Format: int64
             * @description in pixels, upright; null when not known
             */
            width: number | null;
        };
        MessageView: {
            /** @description whether sending this failed or unconfirmed message again can succeed, by its cause; null when there is nothing to send again */
            again: components["schemas"]["AgainView"] | null;
            /**
             * Format: date-time
             * @description the message's place in the thread; equal times are ordered by id
             */
            at: string;
            /** Format: int64 */
            attempts: number;
            author: components["schemas"]["PersonView"] | null;
            cause: string | null;
            client_id: string | null;
            conflict: boolean;
            conversation_id: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            deleted_at: string | null;
            /** @description what the kind needs beyond text, in the platform's own words; or null */
            details: unknown;
            /** @enum {string} */
            direction: "in" | "out" | "note";
            /**
             * Format: date-time
             * @description when somebody said that this failed or unconfirmed message needs nothing more
             */
            dismissed_at: string | null;
            /** Format: date-time */
            edited_at: string | null;
            /** @description the business wrote it outside of this product, such as in the Business app on a phone */
            elsewhere: boolean;
            error: components["schemas"]["ErrorView"] | null;
            id: string;
            kind: string;
            media: components["schemas"]["MediaView"][];
            /** Format: date-time */
            next_try_at: string | null;
            platform_id: string | null;
            /** Format: date-time */
            platform_time: string | null;
            reactions: components["schemas"]["ReactionView"][];
            /** @description for a message that stays sent without a receipt for a long time: what that means */
            receipt: components["schemas"]["ReceiptView"] | null;
            reply_to: string | null;
            /** @description a new attempt that a person asked for and that the platform has not taken yet; until it does, the message keeps the status, cause and error it had */
            retry: components["schemas"]["ResendView"] | null;
            /** @enum {string} */
            status: "received" | "queued" | "held" | "sending" | "sent" | "delivered" | "read" | "failed" | "unknown" | "cancelled";
            text: string;
            /**
             * Format: date-time
             * @description since when this failed or unconfirmed message wants a decision; it stays when it got through after all
             */
            trouble_at: string | null;
            /**
             * Format: date-time
             * @description until when its writer may take it back with cancel; it does not leave before
             */
            undo_until: string | null;
        };
        MoveOutView: {
            coexistence: boolean;
            deregistrations: components["schemas"]["AttemptsView"];
            /** @description what stays in this product */
            here: string[];
            /** @description what the next provider needs */
            next: string[];
            /** @description what must be done at Meta */
            there: string[];
        };
        NameInputBody: {
            name: string;
        };
        NameStateView: {
            /** @description registrations of the number that the platform counts */
            attempts: components["schemas"]["AttemptsView"];
            /** @description the number lives in the Business app, where its name is changed */
            coexistence: boolean;
            /** Format: int64 */
            max: number;
            /** Format: int64 */
            min: number;
            /** @description the one in use */
            name: string;
            /** @description the number's PIN is kept here */
            pin_kept: boolean;
            /** @description the wanted name is approved and takes effect with POST …/display_name/register */
            ready: boolean;
            /** @description the platform's word about it */
            status: string;
            /** @description the one asked for */
            wanted: string | null;
            /** @description the platform's word about it */
            wanted_status: string | null;
        };
        NewConnection: {
            /** @description id of the Meta app; with it the product subscribes the webhook itself */
            app_id?: string;
            /** @description secret of the Meta app, which signs the webhooks */
            app_secret: string;
            /** @description how your team calls it; the number's verified name when left out */
            name?: string;
            /** @description WhatsApp: the number's id, digits, not the phone number itself */
            phone_number_id: string;
            /**
             * @description the platform
             * @enum {string}
             */
            platform: "whatsapp";
            /** @description access token with whatsapp_business_messaging and whatsapp_business_management */
            token: string;
            /** @description a word of your choice, the same as in the Meta app's webhook settings */
            verify_token: string;
            /** @description WhatsApp: the business account's id */
            waba_id: string;
        };
        NewKeyInputBody: {
            /** @description what will use the key */
            name: string;
        };
        NewKeyView: {
            /** @description shown this once; keep it like a password */
            key: string;
            name: string;
        };
        NewProcedureInputBody: {
            /** @description the connection to reconnect */
            connection_id?: string;
            /** @enum {string} */
            platform: "whatsapp";
            /** @enum {string} */
            way: "embedded_signup" | "coexistence" | "manual" | "reconnect" | "move_in";
        };
        NewUserInputBody: {
            email: string;
            name: string;
            /** @enum {string} */
            role: "agent" | "lead" | "admin" | "owner";
        };
        Notify: {
            /** @description notices of the system */
            desktop: boolean;
            sound: boolean;
            /** @description the number of unread messages in the page's title */
            title: boolean;
        };
        NumberChoice: {
            coexistence: boolean;
            id: string;
            name: string;
            phone: string;
            registered: boolean;
            status: string;
            waba_id: string;
        };
        OutcomeGroupView: {
            /** @description what can be done, the likeliest first */
            actions: ("retry" | "template" | "dismiss" | "connection")[];
            /** @description whether sending them again can succeed, by their cause */
            again: boolean;
            /** @description null for messages that only wait for their turn */
            cause: string | null;
            /**
             * Format: int64
             * @description how many have a reply window that closes within the hour
             */
            closing_soon: number;
            /**
             * Format: int64
             * @description the platform's number for the newest of them
             */
            code: number | null;
            /** @description where they wait; null for those that need a person */
            connection_id: string | null;
            /**
             * Format: int64
             * @description exact up to 10,000
             */
            count: number;
            /** @description names the group in the routes below */
            key: string;
            /** Format: date-time */
            newest_at: string | null;
            /** Format: date-time */
            oldest_at: string | null;
            /** Format: int64 */
            people: number;
            /** @enum {string} */
            state: "needs_you" | "waiting";
            /**
             * Format: date-time
             * @description when the connection tries again; null when it is not held
             */
            until: string | null;
        };
        OutcomeMessageView: {
            address: string;
            /** @description whether sending this failed or unconfirmed message again can succeed, by its cause; null when there is nothing to send again */
            again: components["schemas"]["AgainView"] | null;
            /**
             * Format: date-time
             * @description the message's place in the thread; equal times are ordered by id
             */
            at: string;
            /** Format: int64 */
            attempts: number;
            author: components["schemas"]["PersonView"] | null;
            cause: string | null;
            client_id: string | null;
            conflict: boolean;
            connection_id: string;
            contact: components["schemas"]["PersonView"];
            conversation_id: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            deleted_at: string | null;
            /** @description what the kind needs beyond text, in the platform's own words; or null */
            details: unknown;
            /** @enum {string} */
            direction: "in" | "out" | "note";
            /**
             * Format: date-time
             * @description when somebody said that this failed or unconfirmed message needs nothing more
             */
            dismissed_at: string | null;
            /** Format: date-time */
            edited_at: string | null;
            /** @description the business wrote it outside of this product, such as in the Business app on a phone */
            elsewhere: boolean;
            error: components["schemas"]["ErrorView"] | null;
            id: string;
            kind: string;
            media: components["schemas"]["MediaView"][];
            /** Format: date-time */
            next_try_at: string | null;
            platform: string;
            platform_id: string | null;
            /** Format: date-time */
            platform_time: string | null;
            reactions: components["schemas"]["ReactionView"][];
            /** @description for a message that stays sent without a receipt for a long time: what that means */
            receipt: components["schemas"]["ReceiptView"] | null;
            reply_to: string | null;
            /** @description a new attempt that a person asked for and that the platform has not taken yet; until it does, the message keeps the status, cause and error it had */
            retry: components["schemas"]["ResendView"] | null;
            /** @enum {string} */
            status: "received" | "queued" | "held" | "sending" | "sent" | "delivered" | "read" | "failed" | "unknown" | "cancelled";
            text: string;
            /**
             * Format: date-time
             * @description since when this failed or unconfirmed message wants a decision; it stays when it got through after all
             */
            trouble_at: string | null;
            /**
             * Format: date-time
             * @description until when its writer may take it back with cancel; it does not leave before
             */
            undo_until: string | null;
            window: components["schemas"]["WindowView"];
        };
        OutcomesView: {
            /** @description those that need a person first, the largest first */
            groups: components["schemas"]["OutcomeGroupView"][];
            /** Format: int64 */
            needs_you: number;
            /**
             * Format: int64
             * @description sent after all, proven or dismissed since today_from
             */
            resolved_today: number;
            /** Format: int64 */
            waiting: number;
        };
        PageCauseLine: {
            items: components["schemas"]["CauseLine"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageConnectionView: {
            items: components["schemas"]["ConnectionView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageConversationView: {
            items: components["schemas"]["ConversationView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageDeliveryView: {
            items: components["schemas"]["DeliveryView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageDraftView: {
            items: components["schemas"]["DraftView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageFindingReport: {
            items: components["schemas"]["FindingReport"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageFoundMessageView: {
            items: components["schemas"]["FoundMessageView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageKeyView: {
            items: components["schemas"]["KeyView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageLimitView: {
            items: components["schemas"]["LimitView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageOutcomeMessageView: {
            items: components["schemas"]["OutcomeMessageView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PagePresenceView: {
            items: components["schemas"]["PresenceView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageProcedureView: {
            items: components["schemas"]["ProcedureView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageReleaseView: {
            items: components["schemas"]["ReleaseView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageRepairView: {
            items: components["schemas"]["RepairView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageSessionView: {
            items: components["schemas"]["SessionView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageTemplateView: {
            items: components["schemas"]["TemplateView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PageUserView: {
            items: components["schemas"]["UserView"][];
            /** @description pass as after for the next page; null at the end */
            next: string | null;
        };
        PasswordInputBody: {
            /** @description empty for who has none yet */
            current: string;
            password: string;
        };
        Paused: {
            /** Format: date-time */
            at: string;
            /** @description their name, null for an API key */
            by: string | null;
        };
        PausedView: {
            /** Format: date-time */
            at: string;
            /** @description null for an API key */
            by: components["schemas"]["PersonView"] | null;
        };
        PersonView: {
            id: string;
            name: string;
        };
        PhoneInput: {
            phone: string;
            /** @description a word such as CELL, HOME or WORK */
            type?: string;
        };
        PlacesView: {
            appeal: string;
            badge: string;
            manager: string;
            verify: string;
        };
        PlatformView: {
            embedded_signup: components["schemas"]["SignUpView"];
            server: components["schemas"]["AddressView"];
        };
        PresenceInputBody: {
            /**
             * @description repeat it every 10 s while it holds; it ends 30 s after the last word
             * @enum {string}
             */
            state: "viewing" | "typing" | "gone";
        };
        PresenceView: {
            conversation_id: string;
            /** @enum {string} */
            state: "viewing" | "typing" | "gone";
            user: components["schemas"]["PersonView"];
        };
        Problem: {
            /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
            cause: string;
            /** @description why, and what to do next */
            detail: string;
            /** @description which inputs are wrong, and how */
            fields: components["schemas"]["FieldProblem"][] | null;
            request_id: string;
            /** Format: int64 */
            status: number;
            /** @description what happened, in one sentence */
            title: string;
        };
        ProcedureStep: {
            /**
             * Format: date-time
             * @description when the program tries again by itself
             */
            again_at: string | null;
            /** Format: date-time */
            at: string | null;
            /** @description why it does not go on */
            cause: string | null;
            /** @description the sentences for the cause */
            detail: string | null;
            evidence: components["schemas"]["EvidenceView"] | null;
            /** @description the fields that it waits for */
            inputs: string[];
            /** @enum {string} */
            state: "todo" | "now" | "done" | "skipped" | "failed";
            step: string;
            title: string;
            /**
             * Format: int64
             * @description how often it did not go on
             */
            tries: number;
        };
        ProcedureView: {
            account: components["schemas"]["AccountRef"];
            attempts: components["schemas"]["AttemptsView"];
            choices: components["schemas"]["ChoicesView"] | null;
            conflict: components["schemas"]["ConflictView"] | null;
            connection_id: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            id: string;
            /** @description only in the answer to POST steps/login: where the browser is to go within ten minutes */
            login_url: string | null;
            platform: string;
            /** @enum {string} */
            status: "running" | "waiting" | "done" | "failed" | "cancelled";
            /** @description the step whose turn it is */
            step: string;
            steps: components["schemas"]["ProcedureStep"][];
            /** Format: date-time */
            updated_at: string;
            /** @enum {string} */
            way: "embedded_signup" | "coexistence" | "manual" | "reconnect" | "move_in";
        };
        ProfileFields: {
            about: string;
            address: string;
            description: string;
            email: string;
            /** @description the line of business: one of limits.verticals, or empty */
            vertical: string;
            websites: string[];
        };
        ProfileLimitsView: {
            /** Format: int64 */
            about: number;
            /** Format: int64 */
            address: number;
            /** Format: int64 */
            description: number;
            /** Format: int64 */
            email: number;
            /**
             * Format: int64
             * @description the largest picture, in bytes
             */
            picture: number;
            /**
             * Format: int64
             * @description the shortest side of a picture, in pixels
             */
            picture_side: number;
            verticals: string[];
            /** Format: int64 */
            website: number;
            /**
             * Format: int64
             * @description how many
             */
            websites: number;
        };
        ProfileView: {
            /** @description the longest texts, in characters */
            limits: components["schemas"]["ProfileLimitsView"];
            /** @description whether there is a picture; GET …/profile/picture gives it */
            picture: boolean;
            profile: components["schemas"]["ProfileFields"];
        };
        ReachView: {
            cause: string;
            /** @description two letters of ISO 3166 */
            country: string;
            name: string;
            /** @description when the rule was read there */
            read: string;
            /** @description the parts that the rule is about; empty for all of it */
            regions: string[];
            source: string;
            /**
             * @description possible: a part of the country is not served, and a number does not show which part it is in; such a message is never refused here
             * @enum {string}
             */
            state: "possible" | "refused";
        };
        ReactionInput: {
            /** @description one emoji; empty takes the reaction back */
            emoji: string;
            message_id: string;
        };
        ReactionView: {
            emoji: string;
            /** @enum {string} */
            from: "person" | "business";
        };
        ReadInputBody: {
            /** @description the newest message that was read */
            message_id: string;
        };
        ReadingView: {
            /**
             * Format: date-time
             * @description since when it is known to be so
             */
            at: string | null;
            /** @description the platform's word */
            value: string;
        };
        Reason: {
            /** @description names the reason, the same word on every page that has it; empty where the product holds no facts about it */
            id: string;
            /** @description the evidence that excludes it, empty when none does */
            ruled_out: string;
            /** @description how to find out whether it is this one */
            tell: string;
            /** @description the possible reason */
            text: string;
        };
        ReceiptView: {
            cause: string;
            /** @description no receipt will come any more: it stays sent */
            final: boolean;
            /** Format: date-time */
            since: string;
            /**
             * Format: date-time
             * @description when the platform gives up, as far as is known; null once it has
             */
            until: string | null;
        };
        RefusedView: {
            /** Format: int64 */
            limit: number;
            /** Format: int64 */
            shed: number;
            /** Format: int64 */
            signature: number;
        };
        ReleaseView: {
            /** @description the platform's id of the WABA */
            account: string;
            /** Format: date-time */
            asked_at: string;
            /** @description your connections of that account */
            connection_ids: string[];
            platform: string;
        };
        RepairView: {
            action: string;
            /** Format: date-time */
            at: string | null;
            /** @description null for an API key, and for what the program does by itself */
            by: components["schemas"]["PersonView"] | null;
            /** @description what went wrong, null when nothing did */
            cause: string | null;
            changes: unknown;
        };
        ReplayView: {
            /** Format: int64 */
            duplicate: number;
            /** Format: int64 */
            parked: number;
            /** Format: int64 */
            stored: number;
        };
        Report: {
            /** @description the verdict's cause, null when there is nothing to say */
            cause: string | null;
            /** @description from outside in, then from the account down, then the traffic */
            checks: components["schemas"]["CheckReport"][];
            /** @description null in the server's own report */
            connection_id: string | null;
            /** Format: date-time */
            ended_at: string | null;
            /** @description the first is the verdict */
            findings: components["schemas"]["FindingReport"][];
            /** @description false for the light examination that runs by itself */
            full: boolean;
            /** @description who stopped sending, null while nobody has */
            paused: components["schemas"]["Paused"] | null;
            /**
             * @description where the trouble lies
             * @enum {string}
             */
            side: "us" | "platform" | "account" | "person" | "nobody_wrote" | "unknown";
            /**
             * Format: date-time
             * @description null when it was never examined
             */
            started_at: string | null;
            /**
             * @description not_checked when it was never examined
             * @enum {string}
             */
            status: "pass" | "warn" | "fail" | "not_checked" | "could_not_tell";
            /** @description where trouble with calls or deliveries lies, by comparing connections; null while there is none */
            triage: components["schemas"]["Triage"] | null;
        };
        ResendView: {
            /**
             * Format: date-time
             * @description when it was asked for
             */
            at: string | null;
            /** @description why it is held */
            cause: string | null;
            /** @enum {string} */
            status: "queued" | "held" | "sending";
        };
        RestrictionView: {
            /** @description the platform's word */
            kind: string;
            /**
             * Format: date-time
             * @description null when the platform told no end
             */
            until: string | null;
        };
        RetryInputBody: {
            /**
             * Format: int64
             * @description how many attempts you know of: when there are more by now nothing is done, so that pressing twice sends once
             */
            attempts?: number;
            /** @description true accepts that an unconfirmed message may arrive twice */
            confirm_duplicate?: boolean;
        };
        RetryManyInputBody: {
            /** @description unconfirmed messages that may arrive twice */
            confirm_duplicates?: string[] | null;
            /** @description as the group was asked for */
            connection_id?: string;
            /**
             * Format: int64
             * @description as the group was asked for; 7 when left out
             */
            days?: number;
            /** @description true only says what would be done */
            dry_run?: boolean;
            /** @description a group instead: its first 500 messages */
            key?: string;
            message_ids?: string[] | null;
        };
        RetryManyView: {
            /** @description those of send whose reply window closes within the hour */
            closing_soon: string[];
            /** @description false for a dry run */
            done: boolean;
            /** @description unconfirmed ones that were left alone: name them in confirm_duplicates to send them all the same */
            duplicates: string[];
            /** @description what goes, or has gone, in this order: those whose window closes first */
            send: string[];
            skipped: components["schemas"]["SkipView"][];
        };
        RetryView: {
            /**
             * Format: int64
             * @description the first wait: the program's when automatic, else what to let pass before a person tries; 0 for none
             */
            after_seconds: number;
            /** @description whether the program tries again by itself */
            automatic: boolean;
            rule: string;
        };
        SearchView: {
            /** @description false while the index does not cover everything yet */
            complete: boolean;
            /** @description on the first page, the latest active first */
            contacts: components["schemas"]["FoundContactView"][];
            /** @description what the query names as an id; or null */
            exact: components["schemas"]["ExactView"] | null;
            /** @description the newest first; a page may be short and yet have a next */
            messages: components["schemas"]["PageFoundMessageView"];
            /** @description when nothing was found: the query as others spell it */
            suggestion: string | null;
            /** Format: double */
            took_ms: number;
        };
        SectionInput: {
            rows: components["schemas"]["ChoiceInput"][] | null;
            /** @description needed when there are several sections */
            title?: string;
        };
        SelectionInput: {
            /** @description as the group was asked for */
            connection_id?: string;
            /**
             * Format: int64
             * @description as the group was asked for; 7 when left out
             */
            days?: number;
            /** @description a group instead: its first 500 messages */
            key?: string;
            message_ids?: string[] | null;
        };
        SendInputBody: {
            /** @description your own name for the message; repeating the call with it sends once */
            client_id: string;
            contacts?: components["schemas"]["CardInput"][] | null;
            interactive?: components["schemas"]["InteractiveInput"];
            location?: components["schemas"]["LocationInput"];
            /** @description the id of an upload, or of a file of another message; text is then the caption */
            media?: string[] | null;
            reaction?: components["schemas"]["ReactionInput"];
            reply_to?: string;
            template?: components["schemas"]["TemplateInput"];
            text?: string;
            /**
             * Format: int64
             * @description for how long the message can be taken back before it leaves; left out: 0 for an API key, the person's setting for a session
             */
            undo_seconds?: number;
        };
        SessionInputBody: {
            email: string;
            password: string;
        };
        SessionView: {
            /** @description where the session was begun */
            address: string;
            /** @description such as Firefox on Linux; as the browser says */
            browser: string;
            /** Format: date-time */
            created_at: string;
            /** @description true for the session that asks */
            current: boolean;
            id: string;
            /**
             * Format: date-time
             * @description up to a minute behind
             */
            last_used_at: string | null;
        };
        Settings: {
            /** @description a first reply in an unassigned conversation assigns it */
            assign_on_reply: boolean;
            /** @enum {string} */
            clock: "auto" | "12" | "24";
            /** @enum {string} */
            density: "comfortable" | "compact";
            notify: components["schemas"]["Notify"];
            /**
             * @description enter, or chord: Ctrl or Cmd with Enter
             * @enum {string}
             */
            send_with: "enter" | "chord";
            /** @description shortcuts of a single letter */
            single_keys: boolean;
            /**
             * Format: int64
             * @description per cent
             */
            text_size: number;
            /** @enum {string} */
            theme: "system" | "light" | "dark";
            /**
             * Format: int64
             * @description how long a message is held after sending, so that it can be taken back
             * @enum {integer}
             */
            undo_seconds: 0 | 3 | 5 | 10;
        };
        SetupInputBody: {
            /** @description as the server printed it at its start */
            code: string;
            company: string;
            email: string;
            /** @description the owner's */
            name: string;
            password: string;
        };
        SetupView: {
            /** @description true while the installation is empty */
            needed: boolean;
        };
        SignUpView: {
            app_id: string | null;
            /** @description settings of the operator that are not there yet */
            missing: string[];
            /** @description true when people can sign in at Meta instead of pasting tokens */
            ready: boolean;
        };
        SkipView: {
            cause: string;
            id: string;
            why: string;
        };
        SomeNotify: {
            desktop?: boolean;
            sound?: boolean;
            title?: boolean;
        };
        SomeSettings: {
            assign_on_reply?: boolean;
            /** @enum {string} */
            clock?: "auto" | "12" | "24";
            /** @enum {string} */
            density?: "comfortable" | "compact";
            notify?: components["schemas"]["SomeNotify"];
            /** @enum {string} */
            send_with?: "enter" | "chord";
            single_keys?: boolean;
            /** Format: int64 */
            text_size?: number;
            /** @enum {string} */
            theme?: "system" | "light" | "dark";
            /**
             * Format: int64
             * @enum {integer}
             */
            undo_seconds?: 0 | 3 | 5 | 10;
        };
        SoonView: {
            /** Format: date-time */
            at: string | null;
            cause: string;
        };
        Source: {
            /** @description the month in which it was read, 2026-09 */
            read: string;
            title: string;
            /** @description empty for our own rules and for reports of the community */
            url: string;
        };
        StandingView: {
            /** @description changes of the platform as dated data, the latest first; the doctor warns 90 days ahead of those that concern you */
            announced: components["schemas"]["AnnouncedView"][];
            badge: components["schemas"]["BadgeView"];
            cause: string | null;
            /**
             * Format: date-time
             * @description when the platform was last asked
             */
            checked_at: string | null;
            /** @description the same over time, by name */
            history: components["schemas"]["FigureView"][];
            /** @description what the platform last told, by name: quality_rating, messaging_limit, throughput, status, review, verification and others */
            now: {
                [key: string]: components["schemas"]["ReadingView"];
            };
            /** @description the platform's own pages */
            places: components["schemas"]["PlacesView"];
            restrictions: components["schemas"]["RestrictionView"][];
            /** @description month in which the rules were last read at the platform */
            rules_read: string;
            /** Format: date-time */
            since: string | null;
            /** @enum {string} */
            state: "disabled" | "restricted" | "review" | "attention" | "good" | "unknown";
            /** @description what the business's verification changes */
            verification: components["schemas"]["GainView"][];
            /** @description the breach that the platform named, in its word */
            violation: string | null;
            /** @description what the account can still do */
            works: components["schemas"]["WorksView"][];
        };
        StatusView: {
            /** @description false when it changed nothing: late, or in conflict */
            applied: boolean;
            /** Format: date-time */
            platform_time: string | null;
            /** Format: date-time */
            received_at: string;
            status: string;
        };
        Step: {
            /** @description what the product can do for this step: a word of the fixed list, null when it takes a person */
            action: string | null;
            /** @description the words of the text that become the button or the link, empty when there is neither */
            label: string;
            text: string;
            /** @description the page outside where it is done, null for none */
            url: string | null;
        };
        StepBody: {
            /** @description token */
            app_id?: string;
            /** @description token: needed unless the token is of the operator's app */
            app_secret?: string;
            /** @description reserve: leave a note for the company that uses the account */
            ask_release?: boolean;
            /** @description code: as it came */
            code?: string;
            /**
             * @description assets: about a conflict
             * @enum {string}
             */
            decide?: "sign_in_again" | "use_found";
            /** @description token: check what was pasted so far and keep nothing */
            dry_run?: boolean;
            /** @description code: such as en_US */
            language?: string;
            /**
             * @description code: asks for one
             * @enum {string}
             */
            method?: "sms" | "voice";
            /** @description token: how your team calls it; assets: the display name of a number that is added */
            name?: string;
            /**
             * @description number: whether it is in a WhatsApp app today
             * @enum {string}
             */
            on_app?: "no" | "business" | "personal";
            /** @description number, assets: with country code */
            phone?: string;
            /** @description token, assets */
            phone_number_id?: string;
            /** @description register: six digits */
            pin?: string;
            /** @description subscribe: the app's webhook is to lead here */
            point_here?: boolean;
            /** @description number, register: the account in the app was deleted */
            released?: boolean;
            /** @description number, subscribe, webhook, message: go on without */
            skip?: boolean;
            /** @description token */
            token?: string;
            /** @description token: found by lot when left out */
            verify_token?: string;
            /** @description token, assets */
            waba_id?: string;
        };
        StepView: {
            /** Format: date-time */
            at: string;
            cause: string | null;
            detail: string;
            /** @enum {string} */
            step: "received" | "stored" | "shown" | "composed" | "queued" | "judged" | "attempt" | "answered" | "status" | "settled";
        };
        StoryView: {
            attempts: components["schemas"]["AttemptView"][];
            /** @description what may be behind it: what the facts speak for first, what they rule out last */
            candidates: components["schemas"]["CandidateView"][];
            deliveries: components["schemas"]["DeliveryView"][];
            message: components["schemas"]["MessageView"];
            statuses: components["schemas"]["StatusView"][];
            steps: components["schemas"]["StepView"][];
        };
        TakeNameInputBody: {
            /** @description the number's six digits; the ones kept here when left out */
            pin?: string;
        };
        TemplateInput: {
            body?: (string | {
                /** @description platform id of a header's file */
                id?: string;
                /**
                 * Format: int64
                 * @description which button
                 */
                index?: number;
                /** @description https address of a header's file */
                link?: string;
                /** @description the variable's name, for templates with named variables */
                name?: string;
                text?: string;
                /**
                 * @description text when left out; for buttons the button's kind, url when left out
                 * @enum {string}
                 */
                type?: "text" | "image" | "video" | "document" | "url" | "quick_reply" | "copy_code" | "flow";
            })[] | null;
            buttons?: (string | {
                /** @description platform id of a header's file */
                id?: string;
                /**
                 * Format: int64
                 * @description which button
                 */
                index?: number;
                /** @description https address of a header's file */
                link?: string;
                /** @description the variable's name, for templates with named variables */
                name?: string;
                text?: string;
                /**
                 * @description text when left out; for buttons the button's kind, url when left out
                 * @enum {string}
                 */
                type?: "text" | "image" | "video" | "document" | "url" | "quick_reply" | "copy_code" | "flow";
            })[] | null;
            header?: (string | {
                /** @description platform id of a header's file */
                id?: string;
                /**
                 * Format: int64
                 * @description which button
                 */
                index?: number;
                /** @description https address of a header's file */
                link?: string;
                /** @description the variable's name, for templates with named variables */
                name?: string;
                text?: string;
                /**
                 * @description text when left out; for buttons the button's kind, url when left out
                 * @enum {string}
                 */
                type?: "text" | "image" | "video" | "document" | "url" | "quick_reply" | "copy_code" | "flow";
            })[] | null;
            language: string;
            name: string;
        };
        TemplateView: {
            category: string;
            /** @description as the platform lists them */
            components: unknown;
            language: string;
            name: string;
            status: string;
            /** Format: date-time */
            synced_at: string | null;
        };
        ThreadView: {
            items: components["schemas"]["MessageView"][];
            /** @description pass as after for older messages; null at the beginning of the conversation */
            next: string | null;
            /** @description pass as newer for newer messages; null at the end of the conversation */
            previous: string | null;
        };
        TokenView: {
            /** @description why the last renewal failed */
            cause: string | null;
            /** Format: date-time */
            checked_at: string | null;
            /**
             * Format: date-time
             * @description null for never
             */
            ends_at: string | null;
            /** @description user, system_user or another word of the platform's */
            kind: string;
            /** @enum {string} */
            renewal: "none" | "ahead" | "failed";
        };
        Triage: {
            advice: string;
            /** @description what it rests on */
            evidence: components["schemas"]["Evidence"][];
            /**
             * Format: int64
             * @description how late messages come in; null when it is the calls to the platform that fail
             */
            late_ms: number | null;
            /** @enum {string} */
            points_at: "us" | "platform" | "account" | "unknown";
            /** Format: date-time */
            since: string;
            title: string;
            /** @description true when waiting is all there is to do */
            wait: boolean;
        };
        TrialView: {
            ok: boolean;
            steps: components["schemas"]["Hop"][];
        };
        TroubleView: {
            cause: string | null;
            message_id: string;
            /** @enum {string} */
            status: "failed" | "unknown";
        };
        UnreadInputBody: {
            /** @description the first message that is unread; the customer's last one when left out */
            message_id?: string;
        };
        UploadView: {
            /** Format: int64 */
            bytes: number;
            /** @description what was done to the upload; null for nothing */
            converted: components["schemas"]["ConversionView"] | null;
            /**
             * Format: int64
             * @description how long it plays; null when not known
             */
            duration_ms: number | null;
            fits: components["schemas"]["FitView"][];
            /** Format: int64 */
            height: number | null;
            id: string;
            /**
             * @description what it is sent or shown as
             * @enum {string}
             */
            kind: "image" | "video" | "audio" | "voice" | "document" | "sticker";
            /** @description what the bytes are, whatever somebody called them */
            mime: string;
            /** @description safe to show and to save under; may be empty */
            name: string;
            /** @description a JPEG of at most 640 pixels; null when there is none */
            preview_url: string | null;
            /** @description why the file is lost, or why it is not here yet */
            reason: string | null;
            /** @enum {string} */
            state: "pending" | "ready" | "lost";
            url: string | null;
            /**
             * Format: int64
             * @description in pixels, upright; null when not known
             */
            width: number | null;
        };
        UserInputBody: {
            /** @description false ends every session, link and API key of the person */
            active?: boolean;
            name?: string;
            /**
             * @description another role ends the person's sessions
             * @enum {string}
             */
            role?: "agent" | "lead" | "admin" | "owner";
        };
        UserView: {
            active: boolean;
            email: string;
            id: string;
            /** @description true until the person has chosen a password */
            invited: boolean;
            /**
             * Format: date-time
             * @description up to a minute behind; null for never
             */
            last_seen_at: string | null;
            name: string;
            /** @enum {string} */
            role: "agent" | "lead" | "admin" | "owner";
        };
        WABAChoice: {
            business: string;
            id: string;
            name: string;
            shared: boolean;
        };
        WelcomeInputBody: {
            /** @description from the link of an invitation */
            code: string;
            /** @description another name than who invited has given */
            name?: string;
            password: string;
        };
        WindowView: {
            /** Format: date-time */
            expires_at: string | null;
            /** @enum {string} */
            state: "open" | "closed" | "none";
        };
        WorksView: {
            /**
             * @description reply is within an open window, start is writing first
             * @enum {string}
             */
            ability: "receive" | "reply" | "start" | "start_utility" | "add_number";
            /** @enum {string} */
            state: "yes" | "no" | "unknown";
            /**
             * Format: date-time
             * @description when it comes back, null when nobody said
             */
            until: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "list-causes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageCauseLine"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-cause": {
        parameters: {
            query?: {
                /** @description the platform that the page is to speak of */
                platform?: "whatsapp" | "messenger" | "instagram" | "telegram" | "discord";
            };
            header?: never;
            path: {
                cause: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CausePage"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-changes": {
        parameters: {
            query?: {
                /** @description answer changes with higher numbers */
                since?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangesView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "change-company": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompanyInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageConnectionView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "add-connection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConnection"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-connection": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disconnect: {
        parameters: {
            query?: {
                /** @description take the number off the platform's cloud too: only for using it elsewhere */
                deregister?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeftView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "change-connection": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectionPatchBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-standing": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StandingView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-display-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NameStateView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "request-display-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NameInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NameStateView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "take-display-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TakeNameInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NameStateView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-report": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "examine-connection": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                    "text/event-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "list-findings": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageFindingReport"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "fix-connection": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description a word that a finding's step names as its action */
                action: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FixInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FixView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-limits": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageLimitView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-links": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinksView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "add-link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "change-link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description the platform's code of a link */
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "delete-link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description the platform's code of a link */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-link-image": {
        parameters: {
            query?: {
                format?: "svg" | "png";
            };
            header?: never;
            path: {
                id: string;
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/svg+xml": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "get-move-out": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MoveOutView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-profile": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "save-profile": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileFields"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-profile-picture": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                    "image/png": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "save-profile-picture": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": string;
                "image/png": string;
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "list-repairs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageRepairView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-templates": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageTemplateView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sync-templates": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageTemplateView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "test-connection": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    kind: "webhook" | "message" | "round_trip";
                    /** @description for message: the phone to send to; the one used last when left out */
                    to?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrialView"];
                    "text/event-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "list-conversations": {
        parameters: {
            query?: {
                limit?: number;
                /** @description next of the page before */
                after?: string;
                /** @description waiting: who has waited longest first; failed: the newest trouble first; the others: the newest activity first. An API key has no conversations of its own */
                view?: "all" | "open" | "mine" | "unassigned" | "waiting" | "failed" | "done";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageConversationView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "count-conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountsView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-conversation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "change-conversation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "keep-draft": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DraftInputBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-messages": {
        parameters: {
            query?: {
                limit?: number;
                /** @description next of the page before */
                after?: string;
                /** @description previous of the page before: what follows it in time */
                newer?: string;
                /** @description the id of a message: the page with it in the middle */
                around?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThreadView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "send-message": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendInputBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "say-presence": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PresenceInputBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "read-conversation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "show-typing": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "unread-conversation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UnreadInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-deliveries": {
        parameters: {
            query?: {
                limit?: number;
                /** @description next of the page before */
                after?: string;
                /** @description all when left out */
                state?: "applied" | "pending" | "parked" | "refused";
                /** @description those of one connection, and those of which nobody can say whose they are; a page may then be short and yet have a next */
                connection_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageDeliveryView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-delivery": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryDetail"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "replay-delivery": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "demo-list-faults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as the simulator answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "demo-add-fault": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description as the simulator answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "demo-end-faults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as the simulator answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "demo-list-fault-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as the simulator answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "demo-end-fault": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as the simulator answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "get-server-report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "examine-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                    "text/event-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "list-drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageDraftView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain: {
        parameters: {
            query: {
                platform: "whatsapp" | "messenger" | "instagram" | "telegram" | "discord";
                /** @description the platform's error code */
                code: number;
                subcode?: number;
                /** @description the platform's own words; quoted, never matched */
                text?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageKeyView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "add-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKeyInputBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKeyView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "end-key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "change-me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MeInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordInputBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "upload-media": {
        parameters: {
            query?: {
                /** @description what the file is called */
                name?: string;
                /** @description send it as this kind instead of the one that the content suggests */
                as?: "document" | "sticker" | "voice";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "get-media": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "get-media-preview": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "get-message": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "cancel-message": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "dismiss-message": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "retry-message": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryInputBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "release-message": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-story": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoryView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-outcomes": {
        parameters: {
            query?: {
                /** @description what was written in the last days */
                days?: number;
                /** @description on this connection alone */
                connection_id?: string;
                /** @description when the reader's day began; midnight UTC when left out */
                today_from?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutcomesView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "dismiss-messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SelectionInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dismissed"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "retry-messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryManyInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetryManyView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-outcome-messages": {
        parameters: {
            query?: {
                /** @description what was written in the last days */
                days?: number;
                /** @description on this connection alone */
                connection_id?: string;
                limit?: number;
                /** @description next of the page before */
                after?: string;
            };
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOutcomeMessageView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-platform": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagePresenceView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-procedures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageProcedureView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "begin-procedure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProcedureInputBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcedureView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "get-procedure": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcedureView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "give-up-procedure": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "take-step": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                step: "server" | "number" | "login" | "token" | "assets" | "reserve" | "subscribe" | "code" | "register" | "health" | "webhook" | "message";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StepBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcedureView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-release-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageReleaseView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query?: {
                /** @description words; "exact words"; from:NAME|me|them in:PLATFORM is:failed|unread|done|open has:file|image|video|voice|location|contact before:YYYY[-MM[-DD]] after:YYYY[-MM[-DD]] (days UTC); the last word may be a beginning */
                q?: string;
                limit?: number;
                /** @description next of the page before */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "list-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageSessionView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "end-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "end-session": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "needs-setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "set-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupInputBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stream: {
        parameters: {
            query?: {
                /** @description begin after this change; now when left out */
                since?: number;
            };
            header?: {
                /** @description the same, as browsers send it when they reconnect; it wins over since */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @description the trouble's id, the same in the inbox, the CLI and the playbook */
                        cause: string;
                        /** @description why, and what to do next */
                        detail: string;
                        /** @description which inputs are wrong, and how */
                        fields: components["schemas"]["FieldProblem"][] | null;
                        request_id: string;
                        /** Format: int64 */
                        status: number;
                        /** @description what happened, in one sentence */
                        title: string;
                    };
                };
            };
        };
    };
    "list-users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageUserView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "add-user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUserInputBody"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "change-user": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "invite-user": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InviteView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "accept-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WelcomeInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeView"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
