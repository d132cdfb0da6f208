import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withDocument } from '../schema/document.ts'
import { childOf, parseXml } from '../schema/parse-xml.ts'
import { canonicalForm } from '../signature/canonical-form.ts'
import { escapeAttribute, escapeText, group, leaf, sequence, withAttributes } from './canonical.ts'
import { characterName, characterOutsideXml } from './characters.ts'

/** What a parser makes of it, in canonical form. */
const canonicalized = (xml: string): string =>
  withDocument(
    xml,
    document => canonicalForm(document.root, 'c14n'),
    fault => {
      throw new Error(fault.message)
    },
  )

const inXml = fc.string({ unit: 'binary', maxLength: 60 }).filter(text => characterOutsideXml(text) === null)

describe('what the writer writes', () => {
  test('is its own canonical form, whatever the texts', () => {
    fc.assert(
      fc.property(inXml, inXml, inXml, (one, two, attribute) => {
        const xml = withAttributes(
          'a',
          { xmlns: 'urn:x', z: attribute },
          group('b', leaf('c', one), leaf('d', two)),
          leaf('e', one),
        )
        expect(canonicalized(xml)).toBe(xml)
      }),
    )
  })

  test('is read back as it was said', () => {
    fc.assert(
      fc.property(inXml, inXml, (text, attribute) => {
        const parsed = parseXml(withAttributes('a', { z: attribute }, leaf('b', text)))
        expect(parsed.ok && childOf(parsed.root, 'b')?.text).toBe(text === '' ? undefined : text)
        expect(parsed.ok && parsed.root.attributes).toEqual({ z: attribute })
      }),
    )
  })

  test('has no element without content', () => {
    expect(group('a', leaf('b', ''), leaf('c', null), group('d', sequence()))).toBe('')
    expect(group('a', leaf('b', '0'))).toBe('<a><b>0</b></a>')
  })

  test('escapes as canonical XML does', () => {
    expect(escapeText('a & b < c > d "e" \'f\' \r\n\t')).toBe('a &amp; b &lt; c &gt; d "e" \'f\' &#xD;\n\t')
    expect(escapeAttribute('a & b < c > d "e" \r\n\t')).toBe('a &amp; b &lt; c > d &quot;e&quot; &#xD;&#xA;&#x9;')
  })

  test.each(['\u0000', '\u0008', '\u000b', '\u001f', '\ufffe', '\ud800', 'a\udc00'])('cannot hold %j', text => {
    expect(() => escapeText(text)).toThrow(RangeError)
    expect(() => escapeAttribute(text)).toThrow(RangeError)
    expect(characterOutsideXml(text)).not.toBeNull()
  })

  test('names a character as people look it up', () => {
    expect(characterName('–')).toBe('U+2013')
    expect(characterName('😀')).toBe('U+1F600')
  })
})
