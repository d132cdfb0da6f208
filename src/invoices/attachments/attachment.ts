import type { Instant } from '../../core/dates.ts'
import { refuse } from '../../core/refusal.ts'
import { given, misleads } from '../../core/text.ts'

/**
 * A file that a person attached to an invoice, to a rule, whose invoices carry it from then on, or to an occurrence of a schedule; or handed
 * over, to be attached. Its bytes are kept once in the account, by their hash.
 */
export interface Attachment {
  readonly id: number
  /** Of the invoice that it was attached to, or that carries it; null: of a rule, by itself. */
  readonly invoiceId: number | null
  /** Null: one invoice's alone, or of no invoice. */
  readonly ruleId: number | null
  /** The occurrence that it was attached to; null: of an invoice or a rule, or of nothing yet. */
  readonly scheduleId: number | null
  readonly occurrenceNumber: number | null
  readonly filename: string
  /** What it was said to be, and what its bytes say. */
  readonly declaredType: string | null
  readonly sniffedType: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly madeBy: string
  readonly createdAt: Instant
  /** When it came to hang where it hangs, where that was later. */
  readonly attachedAt: Instant | null
}

/** Handed over, and of nothing yet. */
export function isLoose({ invoiceId, ruleId, scheduleId }: Attachment): boolean {
  return invoiceId === null && ruleId === null && scheduleId === null
}

const mebibyte = 1024 * 1024

export const MOST_BYTES = 10 * mebibyte
export const MOST_BYTES_OF_INVOICE = 30 * mebibyte
export const MOST_OF_INVOICE = 20
/** How many may be handed over and wait, and for how long. */
export const MOST_LOOSE = 200
export const LOOSE_DAYS = 7

/** One more, beside those that are there on an invoice, a rule or an occurrence: an invoice that carries a rule's has room for what the rule has. */
export function requireRoom(there: readonly Pick<Attachment, 'sizeBytes'>[], sizeBytes: number): void {
  if (sizeBytes === 0) refuse('empty_file', 'O arquivo está vazio.')
  if (sizeBytes > MOST_BYTES) {
    refuse('file_too_large', `O arquivo passa de ${MOST_BYTES / mebibyte} MB.`, { status: 413, details: { most: MOST_BYTES } })
  }
  if (there.length >= MOST_OF_INVOICE) {
    refuse('too_many_attachments', `Já há ${MOST_OF_INVOICE} anexos; retire um antes.`, {
      details: { most: MOST_OF_INVOICE },
    })
  }
  const total = there.reduce((sum, attachment) => sum + attachment.sizeBytes, sizeBytes)
  if (total > MOST_BYTES_OF_INVOICE) {
    refuse('attachments_too_large', `Os anexos passariam de ${MOST_BYTES_OF_INVOICE / mebibyte} MB juntos.`, {
      details: { most: MOST_BYTES_OF_INVOICE, total },
    })
  }
}

const MOST_OF_NAME = 255

/** Without the folders that some browsers send along. */
export function readFilename(sent: string): string {
  const name = given(sent.split(/[/\\]/).at(-1))
  if (name === null || name === '.' || name === '..') {
    return refuse('blank_filename', 'O arquivo precisa de um nome.', { path: '/filename' })
  }
  if (name.length > MOST_OF_NAME || misleads(name) || /[\t\r\n]/.test(name)) {
    return refuse('invalid_filename', 'O nome do arquivo é longo demais ou tem caracteres que não se veem.', {
      path: '/filename',
    })
  }
  return name
}
