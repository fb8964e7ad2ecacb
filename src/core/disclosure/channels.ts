/**
 * Ways by which words leave Allclear, or reach those who may not see what they are about. `embargoed` is the most that may
 * go there while an embargo holds: `link` is the code word and where to sign in, `name` the code word alone, `nothing` not
 * even that, because people outside look through such places and a new name there says that something is going on.
 */
export const channels = {
  page: { title: 'page to who is on call', embargoed: 'link' },
  push: { title: 'push message', embargoed: 'link' },
  'mail-subject': { title: 'subject of a mail', embargoed: 'link' },
  'mail-body': { title: 'body of a mail', embargoed: 'link' },
  chat: { title: 'message in a chat', embargoed: 'link' },
  'chat-room': { title: 'name of a room', embargoed: 'name' },
  call: { title: 'topic of a call', embargoed: 'name' },
  calendar: { title: 'entry of a calendar', embargoed: 'link' },
  ticket: { title: 'ticket of another system', embargoed: 'link' },
  webhook: { title: 'call of another system', embargoed: 'link' },
  'tab-title': { title: 'title of a browser tab', embargoed: 'name' },
  'link-preview': { title: 'preview of a link', embargoed: 'nothing' },
  'status-page': { title: 'public statement', embargoed: 'nothing' },
  'branch-name': { title: 'branch, commit or pull request', embargoed: 'nothing' },
  'image-tag': { title: 'tag or label of an image', embargoed: 'nothing' },
  'object-name': { title: 'name, label or annotation of a Kubernetes object', embargoed: 'nothing' },
  'metric-label': { title: 'label of a metric', embargoed: 'nothing' },
  'log-line': { title: 'line of the log', embargoed: 'nothing' },
  'search-index': { title: 'search, suggestions and counts for everybody', embargoed: 'nothing' },
  prompt: { title: 'question to a language model', embargoed: 'nothing' },
} as const satisfies Record<string, { title: string; embargoed: Ceiling }>

export type Ceiling = 'link' | 'name' | 'nothing'
export type Channel = keyof typeof channels
