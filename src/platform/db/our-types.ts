import type { CustomTypesConfig } from 'pg'
import { parserOf } from './parsers.ts'

/** Our parsers for one pool or client; the driver's global table, which other packages may use, stays as it is. */
export const ourTypes: CustomTypesConfig = { getTypeParser: typeOid => parserOf(typeOid) }
