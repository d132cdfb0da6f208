import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { nonOptant, ofSimples } from '../../../test/nfse/a-dps.ts'
import { anAuthority, signerFor } from '../../../test/nfse/certificates.ts'
import { but, cases, known, party } from '../../../test/nfse/dps-cases.ts'
import { judgedBy, xmllintVerdicts, xmlsecVerified } from '../../../test/nfse/judges.ts'
import { decimal } from '../../core/money.ts'
import { validate } from '../schema/validate.ts'
import { sign } from '../signature/sign.ts'
import { codesLeft } from './codes-left.ts'
import type { Dps } from './dps.ts'
import { dpsRules, judgeDps } from './judge-dps.ts'
import { SCHEMA } from './rule.ts'
import { idOf, writeDps } from './write-dps.ts'

describe('a declaration', () => {
  test.each(Object.entries(cases))('%s refuses and accepts', (rule, { refused, accepted, path, known: more }) => {
    const [code, said] = rule.split(' ')
    const official = said === 'null' ? null : said
    const facts = { ...known, ...more }
    expect(judgeDps(refused, facts)).toContainEqual(
      expect.objectContaining({ code, official, path, message: expect.stringMatching(/[.!]$/) }),
    )
    expect(judgeDps(accepted, facts)).toEqual([])
    expect(validate('DPS', writeDps(accepted))).toEqual([])
  })

  test('has a case for every rule', () => {
    expect(new Set(Object.keys(cases))).toEqual(new Set(dpsRules.map(({ code, official }) => `${code} ${official}`)))
  })

  test('is judged by every official code, or it is said why not', () => {
    const [, ...rows] = readFileSync(new URL('../data/tables/official-codes.tsv', import.meta.url), 'utf8')
      .trim()
      .split('\n')
    const official = rows
      .map(row => row.split('\t'))
      .flatMap(([code = '', sheet, sefin]) => (sheet === 'DPS' && sefin === 'yes' ? [code] : []))
    const left = codesLeft.flatMap(({ codes }) => codes)
    const ofCertificates = ['E0715', 'E0716', 'E0718']
    const judged = dpsRules.flatMap(({ official }) => (official === null || official === SCHEMA ? [] : [official]))
    expect(left.filter(code => judged.includes(code))).toEqual([])
    expect(new Set([...judged, ...left, ...ofCertificates])).toEqual(new Set(official))
  })

  test('is told all that is wrong with it at once', () => {
    const dps = but(ofSimples, { serie: 0, tomador: party({ email: 'x', name: ' ' }), burden: { kind: 'untold' } })
    expect(judgeDps(dps, known).map(({ path }) => path)).toEqual(['/tomador/name', '/serie', '/tomador/email', '/burden'])
  })

  test('says nothing of what is not known beside it', () => {
    expect(judgeDps(but(nonOptant, { service: { cTribNac: '010199' }, municipalTax: { percent: decimal('5') } }))).toEqual([])
  })
})

describe('all notes of these cases', () => {
  const accepted = Object.values(cases).map(({ accepted }) => accepted)
  const refused = Object.values(cases).map(({ refused }) => refused)
  const signer = signerFor('11222333000181')
  const signed = (dps: Dps) => sign(writeDps(dps), idOf(dps), signer)

  judgedBy('xmlsec1')('are believed by xmlsec1', () => {
    expect(xmlsecVerified(accepted.map(signed), 'infDPS', [anAuthority().certificatePem])).toBe(accepted.length)
  })

  judgedBy('xmllint')('are judged by xmllint as by us, and those that only the Sefin would refuse too', () => {
    const writable = [...accepted, ...refused].flatMap(dps => {
      try {
        return [signed(dps)]
      } catch {
        return [] // a negative amount, a rate of three decimals: it has no bytes
      }
    })
    expect(writable.length).toBeGreaterThan(accepted.length * 1.8)
    const documents = Object.fromEntries(writable.map((xml, i) => [`note-${i}.xml`, xml]))
    const ours = Object.fromEntries(Object.entries(documents).map(([name, xml]) => [name, validate('DPS', xml).length === 0]))
    expect(xmllintVerdicts('DPS_v1.01.xsd', documents)).toEqual(ours)
  })
})
