// What stands is one line of a file each, so that a city hall that was killed knows all of it when it starts again. A line is written
// before the answer leaves: whoever got an answer finds its note, and whoever lost one finds it as well.

import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'

export interface Journal {
  append(entry: unknown): void
  close(): void
}

/** Remembers nothing. */
export const noJournal: Journal = { append: () => {}, close: () => {} }

/** Opens the file, made where there is none, after telling `replay` what stands in it, in order. */
export function openJournal(file: string, replay: (entry: unknown) => void): Journal {
  const whole = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const end = whole.lastIndexOf('\n') + 1
  for (const line of whole.slice(0, end).split('\n')) if (line !== '') replay(JSON.parse(line))
  const handle = openSync(file, 'a')
  // A line without its end was being written when the process died: nobody was told of it.
  if (end < whole.length) ftruncateSync(handle, Buffer.byteLength(whole.slice(0, end)))
  return {
    append: entry => {
      writeSync(handle, `${JSON.stringify(entry)}\n`)
    },
    close: () => closeSync(handle),
  }
}
