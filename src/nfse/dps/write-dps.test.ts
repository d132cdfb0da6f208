import { expect, test } from 'vitest'
import { nonOptant, ofMei, ofSimples } from '../../../test/nfse/a-dps.ts'
import { sample } from '../../../test/nfse/samples.ts'
import { validate } from '../schema/validate.ts'
import { judgeDps } from './judge-dps.ts'
import { writeDps } from './write-dps.ts'

test.each([
  ['a01-dps-sn-simples.xml', ofSimples],
  ['a02-dps-nao-optante-irrf-csrf-ibscbs.xml', nonOptant],
  ['a06-dps-mei.xml', ofMei],
])('%s is written to the byte', (file, dps) => {
  expect(judgeDps(dps)).toEqual([])
  expect(writeDps(dps)).toBe(sample(file).toString().replace('?>\n', '?>').trimEnd())
  expect(validate('DPS', writeDps(dps))).toEqual([])
})
