import { readFileSync } from 'node:fs'

/** A file of `samples/`, to the byte. */
export const sample = (name: string): Buffer => readFileSync(new URL(`samples/${name}`, import.meta.url))
