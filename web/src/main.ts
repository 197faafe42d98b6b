import { mount } from 'svelte'
import './styles/colour.css'
import './styles/type.css'
import './styles/space.css'
import './styles/base.css'
import App from './App.svelte'
import { Api } from './api/client'
import { wearLast } from './state/look'
import { Workspace } from './state/workspace.svelte'

wearLast()
const workspace = new Workspace({ api: new Api() })
mount(App, { target: document.getElementById('app')!, props: { workspace } })
