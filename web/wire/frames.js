/**
 * The shapes that cross the socket, as types for the checker: nothing here runs.
 *
 * They are the browser's reading of the server's wire documentation. A field that the server
 * leaves out is at its default (false, 0, empty or not there), hence the many optional ones.
 */

/** @typedef {"lobby"|"ideate"|"build"|"prioritise"|"wrap_up"|"closed"} Phase */
/** @typedef {"participant"|"facilitator"|"moderator"|"observer"|"records_officer"|"administrator"} Role */
/** @typedef {"citizen"|"staff"} Audience */
/** @typedef {"pending"|"published"|"returned"|"hidden"|"merged"|"withdrawn"|"erased"} Status */

/**
 * @typedef {object} Slot one phase of the schedule; times in ms since 1970
 * @property {Phase} phase
 * @property {number} [minutes]
 * @property {number} [starts_at]
 * @property {number} [ends_at]
 */

/**
 * @typedef {object} JamView
 * @property {string} id
 * @property {number} version
 * @property {string} title
 * @property {Slot[]} phases
 * @property {number} phase_index
 * @property {"open"|"screened"|"pre"} policy
 * @property {number} text_limit
 * @property {string} lang
 * @property {number} [paused_at]
 * @property {boolean} [build_takes_ideas]
 * @property {string} [code]
 * @property {string} [zone] IANA name; UTC when missing
 * @property {"name"|"handle"|"anonymous"} [anonymity] handle when missing
 * @property {boolean} [themes_shown] whether participants see the themes while they are provisional
 */

/** @typedef {{id: string, version: number, title: string, question: string, position: number, open: boolean, host?: string}} ForumView */

/** @typedef {{id: string, version: number, text: string, at: number, author?: string, handle?: string, forum?: string}} ProposalView */

/**
 * @typedef {object} IdeaView an idea, or a reply where `reply_to` is set
 * @property {string} id
 * @property {number} version
 * @property {string} forum
 * @property {string} [author] missing where nobody may know
 * @property {Status} status
 * @property {number} seq
 * @property {number} at
 * @property {string} [handle]
 * @property {Audience} [audience]
 * @property {Role} [role]
 * @property {string} [reply_to]
 * @property {number} [published] place in everyone's order; missing while it is not public
 * @property {string} [text] missing where the viewer may not read it
 * @property {string[]} [tags]
 * @property {string} [lang]
 * @property {number} [edits]
 * @property {string} [rule]
 * @property {string} [note]
 * @property {string} [held_for]
 * @property {number} [held_at] since when it waits for a check, ms
 * @property {string} [decided_by]
 * @property {boolean} [official] the answer of those who run the jam
 */

/** @typedef {{id: string, handle?: string|null, role: Role, audience: Audience}} PersonView */
/** @typedef {{idea: string, count: number}} FlagsView */

/**
 * @typedef {object} ThemeHead what a person reads of a theme first, where something in it went out of sight; of size 0: shown no more
 * @property {string} id
 * @property {string} name
 * @property {string} [headline] id of the most central idea
 * @property {string[]} [representatives] ids
 * @property {number} size
 * @property {string[]} [gone] ids of members that cannot be read now
 */

/**
 * @typedef {object} ThemesView which map is the current one
 * @property {number} version
 * @property {number} themes
 * @property {number} one_of_a_kind
 * @property {boolean} [provisional]
 * @property {boolean} [fell_back] the last live map stands for the final one
 * @property {number} [corrections_seq] the last correction that is in it
 * @property {string} [mark] the part of its address that changes with it, and with every cleaning of it
 * @property {ThemeHead[]} [changed]
 */

/** Ideas that came after the map, by id, and the theme of each. @typedef {{version: number, places: Record<string, string>}} Placed */

/**
 * @typedef {object} CorrectionView what a person decided about the themes
 * @property {string} id
 * @property {number} seq
 * @property {"merge"|"split"|"rename"|"move"|"pin"|"unpin"|"apart"|"not_idea"|"is_idea"|"accept"|"refuse"|"undo"} do
 * @property {number} at
 * @property {string[]} [themes]
 * @property {string[]} [ideas]
 * @property {string} [by] handle
 * @property {string} [name] the name that was given
 * @property {string} [into] the theme that took the others or the ideas in
 * @property {string} [undoes] the correction that it takes back
 * @property {boolean} [undone] whether it was taken back
 * @property {string} [skipped] why it changed nothing: it no longer fitted when its turn came
 */

/** @typedef {{version: number}} ReportView */
/** @typedef {{people: number, ideas: number, replies: number}} Totals */
/** @typedef {{id: string, role: Role, handle: string, audience: Audience}} Me */

/**
 * @typedef {object} EventView what happened, with the changed thing whole
 * @property {number} seq
 * @property {string} kind
 * @property {number} at
 * @property {JamView} [jam]
 * @property {ForumView} [forum]
 * @property {IdeaView} [idea]
 * @property {PersonView} [participant]
 * @property {FlagsView} [flags]
 * @property {ThemesView} [themes]
 * @property {Placed} [placed]
 * @property {CorrectionView} [correction]
 * @property {ReportView} [report]
 * @property {ProposalView} [proposal]
 */

/** @typedef {{t: "welcome", version: number, epoch: string, head: number, now: number, resumed: boolean, me: Me}} Welcome */

/**
 * @typedef {object} Snapshot
 * @property {"snapshot"} t
 * @property {number} cursor
 * @property {number} part
 * @property {number} parts
 * @property {JamView} [jam]
 * @property {Totals} [totals]
 * @property {ForumView[]} [forums]
 * @property {IdeaView[]} [ideas]
 * @property {FlagsView[]} [flags]
 * @property {PersonView[]} [people]
 * @property {ProposalView[]} [proposals]
 * @property {ThemesView} [themes]
 * @property {Placed} [placed]
 * @property {CorrectionView[]} [corrections]
 * @property {ReportView} [report]
 * @property {boolean} [older]
 */

/** @typedef {{t: "batch", after: number, cursor: number, events?: EventView[], totals?: Totals}} Batch */
/** @typedef {{t: "ack", ref: string, seq?: number, idea?: string, status?: Status, version?: number, forum?: string, proposal?: string, correction?: string, replayed?: boolean}} Ack */
/** @typedef {{t: "error", code: string, msg: string, ref?: string, retry?: boolean, retry_after?: number, facts?: Record<string, string|number|null>}} ErrorFrame */
/** @typedef {{t: "heartbeat", now: number, head: number}} Heartbeat */
/** @typedef {{t: "presence", online: number}} Presence */
/** @typedef {{t: "progress", what: string, stage: string, done: number, total: number}} Progress */
/** @typedef {{t: "page", ideas: IdeaView[], older: boolean}} Page older ideas, fetched over HTTP */

/** @typedef {Welcome|Snapshot|Batch|Ack|ErrorFrame|Heartbeat|Presence|Progress} Frame */
/** @typedef {{t: string, client_id: string} & Record<string, unknown>} Command */

/** A command as a room gives it: the client id is added on the way out. @typedef {{t: string} & Record<string, unknown>} Wish */

export {};
