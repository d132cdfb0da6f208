import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anAuthority, certificateOf, validity } from '../../../test/nfse/certificates.ts'
import { sample } from '../../../test/nfse/samples.ts'
import { cnpj, cpf } from '../../../test/nfse/tax-ids.ts'
import { instant } from '../../core/dates.ts'
import { type Certificate, daysLeft, judgeCertificate, warnOfCertificate } from './certificate.ts'
import { openPkcs12, type Pkcs12FaultCode } from './open-pkcs12.ts'
import { readCertificate } from './read-certificate.ts'
import type { IssueWish } from './test-authority.ts'

const CNPJ = '11222333000181'
const issuer = { kind: 'company', taxId: cnpj(CNPJ) } as const
const now = instant('2026-11-21T12:00:00Z')

const file = (name: string) => readFileSync(new URL(`../../../test/nfse/pkcs12/${name}`, import.meta.url))

describe('a file of a certificate authority', () => {
  test.each([
    ['old, with RC2 and 3DES', file('old-rc2.p12'), 'segredo'],
    ['new, with AES and an accent in its password', file('new-aes.p12'), 'sênha'],
    ['without a MAC', file('without-mac.p12'), 'segredo'],
    ['of the test authority', certificateOf(CNPJ).pkcs12('segredo'), 'segredo'],
    ['of the test authority, old', certificateOf(CNPJ).pkcs12('ção', 'old'), 'ção'],
  ])('%s is opened', (_what, bytes, password) => {
    const opening = openPkcs12(bytes, password)
    if (!opening.ok) throw new Error(opening.code)
    const { certificate, privateKeyPem, authoritiesPem } = opening.opened
    expect(certificate).toMatchObject({ owner: issuer, ...validity, version: 3, isAuthority: false, keyBits: 2048 })
    expect(privateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    expect(authoritiesPem).toHaveLength(1)
    expect(new X509Certificate(certificate.pem).verify(new X509Certificate(authoritiesPem[0] ?? '').publicKey)).toBe(true)
    expect(judgeCertificate(certificate, issuer, now)).toEqual([])
  })

  test.each<[string, Uint8Array, string, Pkcs12FaultCode]>([
    ['an old one with another password', file('old-rc2.p12'), 'Segredo', 'wrong_password'],
    ['a new one with another password', file('new-aes.p12'), 'senha', 'wrong_password'],
    ['one without a MAC with another password', file('without-mac.p12'), 'errada', 'wrong_password'],
    ['one with no password', file('new-aes.p12'), '', 'wrong_password'],
    ['a certificate alone', file('without-key.p12'), 'segredo', 'without_key'],
    ['a key alone', file('without-certificate.p12'), 'segredo', 'without_certificate'],
    ['a key of an elliptic curve', file('elliptic.p12'), 'segredo', 'unreadable'],
    ['a password hashed without end', file('endless.p12'), 'segredo', 'unreadable'],
    ['a password hashed without end inside', file('endless-inside.p12'), 'segredo', 'unreadable'],
    ['a PEM', Buffer.from(certificateOf(CNPJ).certificatePem), '', 'not_pkcs12'],
    ['half a file', file('new-aes.p12').subarray(0, 1500), 'sênha', 'not_pkcs12'],
    ['nothing', Buffer.alloc(0), '', 'not_pkcs12'],
    ['a film', Buffer.alloc(300_000), '', 'too_large'],
  ])('%s is refused, with what to do', (_what, bytes, password, code) => {
    expect(openPkcs12(bytes, password)).toEqual({ ok: false, code, message: expect.stringMatching(/\.$/) })
  })

  test('with any bytes otherwise is opened or refused, and nothing else', () => {
    const bytes = file('old-rc2.p12')
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }), changes => {
        const changed = Buffer.from(bytes)
        for (const [at, byte] of changes) changed[at] = byte
        expect(typeof openPkcs12(changed, 'segredo').ok).toBe('boolean')
      }),
      { numRuns: 60 },
    )
  })

  test('with a key of another certificate is refused', () => {
    const other = anAuthority().issue({ cnpj: CNPJ, ...validity })
    const mine = certificateOf(CNPJ)
    expect(openPkcs12(mine.pkcs12('x'), 'x').ok).toBe(true)
    const swapped = anAuthority().issue({ cnpj: CNPJ, ...validity, privateKeyPem: mine.privateKeyPem })
    // The certificate of one, the key of the other, as a hasty export joins them.
    expect(openPkcs12(swapped.pkcs12('x', 'new', other.privateKeyPem), 'x')).toMatchObject({ ok: false, code: 'key_of_another' })
  })
})

describe('a certificate', () => {
  const of = (wish: Partial<IssueWish>): Certificate => {
    const issued = anAuthority().issue({ cnpj: CNPJ, ...validity, privateKeyPem: anAuthority().privateKeyPem, ...wish })
    const read = readCertificate(issued.certificatePem)
    if (read === null) throw new Error('the authority made no certificate')
    return read
  }
  const codes = (certificate: Certificate, who: Parameters<typeof judgeCertificate>[1] = issuer) =>
    judgeCertificate(certificate, who, now).map(({ code, official }) => `${code} ${official}`)

  test.each<[string, Partial<IssueWish>, string]>([
    ['that has ended', { notAfter: instant('2026-11-21T11:59:59Z') }, 'certificate_expired E0715'],
    ['that has not begun', { notBefore: instant('2026-11-22T00:00:00Z') }, 'certificate_not_yet_valid E0715'],
    ['that may not sign', { wrong: 'no_digital_signature' }, 'certificate_usage E0716'],
    ['that may be repudiated', { wrong: 'no_non_repudiation' }, 'certificate_usage E0716'],
    ['of an authority', { wrong: 'is_authority' }, 'certificate_usage E0716'],
    ['that says nobody', { wrong: 'no_owner' }, 'certificate_without_owner E0716'],
    ['of another company', { cnpj: '91712343000134' }, 'certificate_of_another E0718'],
  ])('%s signs no note', (_what, wish, code) => {
    expect(codes(of(wish))).toEqual([code])
    expect(codes(of({}))).toEqual([])
  })

  test('of a person is of that person alone', () => {
    const { cnpj: _none, ...person } = { cnpj: undefined, cpf: '52998224725' }
    const certificate = readCertificate(
      anAuthority().issue({ ...person, ...validity, privateKeyPem: anAuthority().privateKeyPem }).certificatePem,
    )
    expect(certificate?.owner).toEqual({ kind: 'person', taxId: '52998224725' })
    if (certificate === null) return
    expect(codes(certificate, { kind: 'person', taxId: cpf('52998224725') })).toEqual([])
    expect(codes(certificate)).toEqual(['certificate_of_another E0718'])
  })

  test('of a CNPJ with letters is read', () => {
    expect(of({ cnpj: '12ABC34501DE35' }).owner).toEqual({ kind: 'company', taxId: '12ABC34501DE35' })
  })

  test('of another establishment may sign, and is warned of', () => {
    const branch = { kind: 'company', taxId: cnpj('11222333000262') } as const
    expect(codes(of({}), branch)).toEqual([])
    expect(warnOfCertificate(of({}), branch, now).map(({ code }) => code)).toEqual(['certificate_of_branch'])
  })

  test.each([
    ['2026-12-21T12:00:00Z', 'em 30 dias'],
    ['2026-11-22T12:00:00Z', 'amanhã'],
    ['2026-11-21T13:00:00Z', 'hoje'],
    ['2026-12-22T12:00:00Z', null],
    ['2026-11-21T11:00:00Z', null],
  ])('that ends on %s is told of: %s', (notAfter, when) => {
    const warnings = warnOfCertificate(of({ notAfter: instant(notAfter) }), issuer, now)
    expect(warnings.map(({ message }) => message)).toEqual(when === null ? [] : [expect.stringContaining(when)])
  })

  test('counts the whole days that are left', () => {
    expect(daysLeft(of({ notAfter: instant('2026-11-23T11:00:00Z') }), now)).toBe(1)
    expect(daysLeft(of({ notAfter: instant('2026-11-20T13:00:00Z') }), now)).toBe(-1)
  })

  test('of the samples says whose it is; a server says nobody', () => {
    expect(readCertificate(sample('ac-servidor-teste.pem'))).toMatchObject({
      name: 'AC SSL FICTICIA',
      isAuthority: true,
      owner: null,
    })
    expect(readCertificate(sample('raiz-teste.pem'))?.isAuthority).toBe(true)
  })

  test('with any bytes otherwise is read or not, and nothing else', () => {
    const der = new X509Certificate(certificateOf(CNPJ).certificatePem).raw
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(der)
        changed[at] = byte
        const read = readCertificate(changed)
        if (read !== null) expect(Array.isArray(judgeCertificate(read, issuer, now))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('is nothing else', () => {
    for (const no of ['', 'x', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', sample('SOURCES.md')])
      expect(readCertificate(no)).toBeNull()
  })
})
