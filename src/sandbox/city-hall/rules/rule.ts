import type { Instant } from '../../../core/dates.ts'
import type { Note, NoteEvent } from '../notes.ts'
import type { ReadDps } from '../reading/read-dps.ts'
import type { ReadEvent } from '../reading/read-event.ts'
import type { Benefit, City } from '../register/city.ts'
import type { Taxpayer } from '../register/taxpayer.ts'
import type { Tables } from '../tables.ts'

/** What a rule may know besides the document: the city hall as it stands at that moment. */
export interface Hall {
  readonly now: Instant
  /** 1 production, 2 restricted production. */
  readonly environment: '1' | '2'
  readonly tables: Tables
  /** A city with an agreement; null for every other. */
  city(code: string | null | undefined): City | null
  /** Null: no register knows it, which says something only of a closed register. */
  taxpayer(taxId: string | null | undefined): Taxpayer | null
  /** In an open register whoever has right digits exists. */
  readonly isRegisterClosed: boolean
  note(key: string | undefined): Note | null
  noteOfDps(id: string): Note | null
  /** CNPJ or CPF of the certificate that signed. */
  readonly signer: string
}

/** What is asked of one document: everything of the hall that is about it. */
export interface DpsCase {
  readonly dps: ReadDps
  readonly hall: Hall
  /** The city that would tax, and what it has laid down; null for a city without an agreement in force on the day of competence. */
  readonly incidence: string | null
  readonly taxing: City | null
  readonly benefit: Benefit | null
  /** The note that is to be replaced. */
  readonly replaced: Note | null
}

export interface EventCase {
  readonly event: ReadEvent
  readonly hall: Hall
  readonly note: Note | null
  readonly city: City | null
  readonly before: readonly NoteEvent[]
}

export type Stage =
  | 'signature'
  | 'identity'
  | 'parties'
  | 'service'
  | 'values'
  | 'taxes'
  | 'ibs-cbs'
  | 'substitution'
  | 'event'
  | 'issue'

/** One row of the table: an official code, and when it refuses. */
export interface Rule<Case> {
  readonly code: string
  /** Of the annex: 1 the document alone, 2 registers, 3 what a city has laid down. */
  readonly level: 1 | 2 | 3
  /** Official path of the field. */
  readonly field: string
  /** To whoever sent the document, in our own words. */
  readonly says: string
  readonly refuses: (asked: Case) => boolean
}

export interface RuleSheet<Case> {
  readonly stage: Stage
  readonly source: string
  readonly rules: readonly Rule<Case>[]
}

/** Annex I of the manual, rules of DPS and NFS-e. */
export const annexDps = 'Anexo I, regras DPS/NFS-e, 30/12/2025'
/** The same sheet as it was changed. */
export const annexDpsLater = 'Anexo I, regras DPS/NFS-e, 09/02/2026'
/** Annex II, rules of events. */
export const annexEvents = 'Anexo II, regras de eventos, 26/12/2025'

/** What a document is refused for: all of it at once. */
export function refusedBy<Case>(sheets: readonly RuleSheet<Case>[], asked: Case): Rule<Case>[] {
  return sheets.flatMap(sheet => sheet.rules.filter(rule => rule.refuses(asked)))
}
