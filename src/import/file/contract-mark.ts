import { readId, showId } from '../../core/ids.ts'
import type { Kind } from './reading.ts'

/** The contract that a row of an export came from, with the mark of the account that it was exported by. */
export interface ExportedId {
  readonly id: number
  /** Null in files of before exports wrote it: nobody knows of which account. */
  readonly mark: string | null
}

/** 'ctr_12-7f3a9c2e'; 'ctr_12' in older files. */
export const exportedId: Kind<ExportedId> = {
  parse(text) {
    const [, shown = '', mark = null] = /^([^-]*)(?:-([0-9a-f]{8}))?$/.exec(text) ?? []
    const id = readId('contract', shown)
    const expected = `um id como um arquivo exportado o traz (${showId('contract', 12)}-7f3a9c2e), ou a célula vazia`
    return id === null ? { code: 'invalid_external_id', expected } : { value: { id, mark } }
  },
  format: ({ id, mark }) => `${showId('contract', id)}${mark === null ? '' : `-${mark}`}`,
}
