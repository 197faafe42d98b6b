package outcome

import "context"

func (o *Outcomes) watchReceipts(ctx context.Context) { <-ctx.Done() }
