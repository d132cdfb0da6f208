import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { nonOptant, ofMei, ofSimples } from '../../../test/nfse/a-dps.ts'
import { anAuthority, certificateOf, signerFor } from '../../../test/nfse/certificates.ts'
import { judgedBy, xmlsecVerifies } from '../../../test/nfse/judges.ts'
import { sample } from '../../../test/nfse/samples.ts'
import { idOf, writeDps } from '../dps/write-dps.ts'
import { validate } from '../schema/validate.ts'
import { XML_DECLARATION } from '../xml/canonical.ts'
import { canonicalizations, type Profile, type SignedElement } from './profile.ts'
import { sign } from './sign.ts'
import { signAny } from './sign-any.ts'
import { verifySignature } from './verify-signature.ts'

const CNPJ = '11222333000181'
const signer = signerFor(CNPJ)
const signed = sign(writeDps(ofSimples), idOf(ofSimples), signer)

const reasonOf = (xml: string | Buffer, element: SignedElement = 'infDPS') => {
  const verified = verifySignature(xml, element)
  return verified.ok ? 'ok' : verified.code
}

describe('what others signed', () => {
  test.each<[string, SignedElement, Profile]>([
    ['s01-dps-rsa-sha1-c14n.xml', 'infDPS', { canonicalization: 'c14n', signature: 'rsa-sha1', digest: 'sha1' }],
    ['s02-dps-rsa-sha256-c14n.xml', 'infDPS', { canonicalization: 'c14n', signature: 'rsa-sha256', digest: 'sha256' }],
    [
      'n01-nfse-sn-dps-sha1-sefin-sha256-exc-wc.xml',
      'infDPS',
      { canonicalization: 'c14n', signature: 'rsa-sha1', digest: 'sha1' },
    ],
    [
      'n01-nfse-sn-dps-sha1-sefin-sha256-exc-wc.xml',
      'infNFSe',
      { canonicalization: 'exc-c14n-with-comments', signature: 'rsa-sha256', digest: 'sha256' },
    ],
    ['n05-evento-e101101.xml', 'infPedReg', { canonicalization: 'c14n', signature: 'rsa-sha256', digest: 'sha256' }],
    [
      'n05-evento-e101101.xml',
      'infEvento',
      { canonicalization: 'exc-c14n-with-comments', signature: 'rsa-sha256', digest: 'sha256' },
    ],
  ])('%s verifies over %s', (file, element, profile) => {
    expect(verifySignature(sample(file), element)).toMatchObject({ ok: true, profile })
  })

  test('an amount changed after signing is told by the digest', () => {
    expect(reasonOf(sample('t01-valor-alterado.xml'))).toBe('digest')
  })

  test('the certificate comes back, for who judges it', () => {
    const verified = verifySignature(sample('s02-dps-rsa-sha256-c14n.xml'), 'infDPS')
    expect(verified.ok && verified.certificate.subject).toContain('EMPRESA FICTICIA SN LTDA:11222333000181')
  })
})

describe('what we sign', () => {
  test('verifies, validates, and is the same each time', () => {
    expect(verifySignature(signed, 'infDPS')).toMatchObject({ ok: true, id: idOf(ofSimples) })
    expect(validate('DPS', signed)).toEqual([])
    expect(sign(writeDps(ofSimples), idOf(ofSimples), signer)).toBe(signed)
  })

  test('keeps the bytes that were written, to the last', () => {
    const [before = '', after = ''] = signed.split(/<Signature .*<\/Signature>/)
    expect(before + after).toBe(writeDps(ofSimples))
  })

  test.each([
    [
      'a description of several lines, with signs',
      { service: { ...ofSimples.service, description: 'R&D <b>\n"2ª" linha\t– ça' } },
    ],
    ['a name beyond the basic plane', { tomador: ofMei.tomador && { ...ofMei.tomador, name: '株式会社 😀 & Filhos' } }],
  ])('%s is canonical as it was written', (_what, change) => {
    const dps = { ...ofSimples, ...change }
    expect(reasonOf(sign(writeDps(dps), idOf(dps), signer))).toBe('ok')
  })

  test('is believed by xml-crypto', () => {
    const judge = new SignedXml({ publicCert: certificateOf(CNPJ).certificatePem })
    judge.loadSignature(/<Signature .*<\/Signature>/.exec(signed)?.[0] ?? '')
    expect(judge.checkSignature(signed)).toBe(true)
  })

  judgedBy('xmlsec1')('is believed by xmlsec1, and no longer once touched', () => {
    const trusted = [anAuthority().certificatePem]
    for (const dps of [ofSimples, nonOptant, ofMei]) {
      const xml = sign(writeDps(dps), idOf(dps), signer)
      expect(xmlsecVerifies(xml, 'infDPS', trusted)).toBe(true)
      expect(xmlsecVerifies(xml.replace('Tomador', 'Tomadar').replace('Maria', 'Mario'), 'infDPS', trusted)).toBe(false)
    }
  })

  test('is only what the canonical writer wrote', () => {
    const id = idOf(ofSimples)
    for (const other of [
      sample('a01-dps-sn-simples.xml').toString(),
      writeDps(ofSimples).replace('><infDPS', '> <infDPS'),
      writeDps(ofSimples).replace(' xmlns=', ' versao="1.01" xmlns='),
      signed,
      '',
    ]) {
      expect(() => sign(other, id, signer)).toThrow('cannot be signed')
    }
    expect(() => sign(writeDps(ofSimples), 'DPS0', signer)).toThrow('cannot be signed')
  })
})

describe('a document of somebody else', () => {
  const inside = signed.slice(XML_DECLARATION.length)
  const note = `${XML_DECLARATION}<NFSe xmlns="http://www.sped.fazenda.gov.br/nfse" versao="1.01"><infNFSe Id="NFS1"><nNFSe>1</nNFSe>${inside}</infNFSe></NFSe>`
  const profiles: Profile[] = (['c14n', 'c14n-with-comments', 'exc-c14n', 'exc-c14n-with-comments'] as const).flatMap(form => [
    { canonicalization: form, signature: 'rsa-sha256', digest: 'sha256' },
    { canonicalization: form, signature: 'rsa-sha1', digest: 'sha1' },
  ])

  test.each(profiles)('is signed by $canonicalization with $signature around one that was signed before', profile => {
    const both = signAny(note, 'infNFSe', signer, profile)
    expect(verifySignature(both, 'infNFSe')).toMatchObject({ ok: true, profile })
    expect(verifySignature(both, 'infDPS')).toMatchObject({ ok: true })
    expect(both).toContain(inside)
  })

  judgedBy('xmlsec1')('is believed by xmlsec1 in each of them', () => {
    for (const profile of profiles) {
      expect(xmlsecVerifies(signAny(note, 'infNFSe', signer, profile), 'infNFSe', [anAuthority().certificatePem])).toBe(true)
    }
  })

  test('blanks between elements are part of what is signed', () => {
    const indented = note.replace('><nNFSe>', '>\n  <nNFSe>')
    expect(reasonOf(signAny(indented, 'infNFSe', signer), 'infNFSe')).toBe('ok')
    expect(reasonOf(signAny(note, 'infNFSe', signer).replace('><nNFSe>', '>\n  <nNFSe>'), 'infNFSe')).toBe('digest')
  })
})

describe('a signature is refused', () => {
  const id = idOf(ofSimples)
  const signature = /<Signature .*<\/Signature>/.exec(signed)?.[0] ?? ''
  const unsigned = writeDps(ofSimples)
  const otherValue = /<SignatureValue>(.*)<\/SignatureValue>/.exec(sign(writeDps(ofMei), idOf(ofMei), signer))?.[1] ?? ''

  test.each<[string, string, string]>([
    ['where there is none', unsigned, 'absent'],
    ['where the text is no XML', 'DPS', 'not_xml'],
    ['where a DOCTYPE stands before', signed.replace('<DPS', '<!DOCTYPE DPS><DPS'), 'not_xml'],
    ['inside of what it signs', unsigned.replace('</infDPS>', `${signature}</infDPS>`), 'absent'],
    ['before what it signs', unsigned.replace('<infDPS', `${signature}<infDPS`), 'position'],
    ['a second one beside it', signed.replace('</DPS>', `${signature}</DPS>`), 'position'],
    ['with an element between', signed.replace('<Signature', '<x></x><Signature'), 'position'],
    ['of the whole document (URI="")', signed.replace(`URI="#${id}"`, 'URI=""'), 'reference'],
    ['of another Id', signed.replace(`URI="#${id}"`, 'URI="#DPS1"'), 'reference'],
    ['with two references', signed.replace(/(<Reference .*<\/Reference>)/, '$1$1'), 'reference'],
    ['with an Id that stands twice', signed.replace('<serie>', `<serie Id="${id}">`), 'element'],
    ['over one of two declarations', signed.replace('</DPS>', '<infDPS Id="DPS2"></infDPS></DPS>'), 'element'],
    [
      'with an XPath among the transforms',
      signed.replace(
        '</Transforms>',
        '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"></Transform></Transforms>',
      ),
      'transforms',
    ],
    ['without transforms', signed.replace(/<Transforms>.*<\/Transforms>/, ''), 'reference'],
    [
      'with a canonical form nobody uses',
      signed.replace(
        `<CanonicalizationMethod Algorithm="${canonicalizations.c14n}">`,
        '<CanonicalizationMethod Algorithm="http://www.w3.org/2006/12/xml-c14n11">',
      ),
      'algorithm',
    ],
    ['with an HMAC', signed.replace('xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256'), 'algorithm'],
    [
      'with MD5',
      signed.replace('http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmldsig-more#md5'),
      'algorithm',
    ],
    ['without a certificate', signed.replace(/<X509Certificate>.*<\/X509Certificate>/, ''), 'certificate'],
    ['with two certificates', signed.replace(/(<X509Certificate>.*<\/X509Certificate>)/, '$1$1'), 'certificate'],
    [
      'with rubbish for a certificate',
      signed.replace(/<X509Certificate>.*<\/X509Certificate>/, '<X509Certificate>AAAA</X509Certificate>'),
      'certificate',
    ],
    ['over a changed amount', signed.replace('<vServ>1000.00</vServ>', '<vServ>100.00</vServ>'), 'digest'],
    [
      'with the value of another note',
      signed.replace(/<SignatureValue>.*<\/SignatureValue>/, `<SignatureValue>${otherValue}</SignatureValue>`),
      'value',
    ],
    [
      'with the certificate of another key',
      signed.replace(/<X509Certificate>.*<\/X509Certificate>/, `<X509Certificate>${anotherCertificate()}</X509Certificate>`),
      'value',
    ],
  ])('%s', (_why, xml, code) => {
    expect(reasonOf(xml)).toBe(code)
  })

  function anotherCertificate(): string {
    const pem = sample('ac-servidor-teste.pem').toString()
    return new X509Certificate(pem).raw.toString('base64')
  }
})
