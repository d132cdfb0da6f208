import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printable, printableParagraphs } from './printable.ts'

/** Halves of pairs too. */
const anyChar = fc.integer({ min: 0, max: 0x10ffff }).map(code => String.fromCodePoint(code))
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

describe('what users wrote, as it can be drawn', () => {
  test.each([
    ['accents and signs stay', 'Ação nº 3 – 1ª via, 50 % de R$ 10,00 € “já”', 'Ação nº 3 – 1ª via, 50 % de R$\u00a010,00 € “já”'],
    ['letters of neighbours stay', 'Łukasz Đorđević, Nguyễn, Ωμέγα, Иванов', 'Łukasz Đorđević, Nguyễn, Ωμέγα, Иванов'],
    ['an accent that came apart is joined', 'Sa\u0303o Joa\u0303o', 'São João'],
    ['ends of lines, tabs and controls are a space', 'a\tb\r\nc\u0007d\u0000e', 'a b c d e'],
    ['what turns the direction is left out', 'fatura\u202egnp.exe\u2066', 'faturagnp.exe'],
    ['what cannot be seen is left out', 'in\u00advi\u200bsí\ufeffvel', 'invisível'],
    ['pictures leave one sign, with all that joins them', 'Pão 🥖👩‍👩‍👧‍👦🇧🇷👍🏽 quente', 'Pão □ quente'],
    ['letters and pictures side by side too', 'Café العَرَبِيّة 🧾 Ltda', 'Café □ Ltda'],
    ['marks that join no letter are left out', 'z\u0335\u0336algo', 'zalgo'],
    ['letters in another dress are letters', 'ＡＢＣ ﬁm 𝐍𝐨𝐭𝐚', 'ABC fim Nota'],
    ['what has no letters here leaves one sign', 'Loja 日本語 עברית العربية!', 'Loja □!'],
    ['a hard space holds', 'R$\u00a010', 'R$\u00a010'],
    ['half of a character is no character', 'a\ud83d b', 'a□ b'],
  ])('%s', (_, text, drawn) => expect(printable(text)).toBe(drawn))

  test('paragraphs are kept, empty ones are not', () => {
    expect(printableParagraphs('Um\n\n  \r\nDois\u2028Três 😀\n😀')).toEqual(['Um', 'Dois', 'Três □', '□'])
  })

  test('a letter or a picture that nobody can draw never vanishes', () => {
    const seen = /[\p{L}\p{N}\p{P}\p{S}]/u
    // The empty cell of braille is a sign, of which nothing is seen.
    const unseen = /[\p{Default_Ignorable_Code_Point}\u2800]/u
    fc.assert(
      fc.property(anyChar, char => {
        fc.pre(seen.test(char) && !unseen.test(char))
        expect(printable(char)).not.toBe('')
      }),
    )
    expect(printable('a\u2800b')).toBe('a b')
  })

  test('whatever was written: nothing invisible, and drawing it again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyChar }), text => {
        const drawn = printable(text)
        expect(invisible.test(drawn)).toBe(false)
        expect(printable(drawn)).toBe(drawn)
      }),
    )
  })
})
