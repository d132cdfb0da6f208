import { expect, it } from 'vitest'
import { given, isEmail, likePart, misleads } from './text.ts'

it('a text is given when something is left of it', () => {
  expect([' a ', '', '  ', null, undefined].map(given)).toEqual(['a', null, null, null, null])
})

it('a text of which nothing can be seen is not given', () => {
  const unseen = ['\u200b', '\u00ad\u2060', '\u0007', '\u3164', '\u2800', '\u202e', '\ufeff \u00a0']
  expect(unseen.map(given)).toEqual(unseen.map(() => null))
  expect(['é', '0', '.', '👩‍👩‍👧', 'a\u200bb'].map(given)).toEqual(['é', '0', '.', '👩‍👩‍👧', 'a\u200bb'])
})

it('a text misleads by controls and by turning what follows, not by lines, tabs and joined emoji', () => {
  const misleading = ['\u0007Acme', 'Ac\u001b[31mme', 'Acme\u007f', 'Acme\u0085', '\u202eemcA', 'Acme\u2066 Ltda']
  expect(misleading.map(misleads)).toEqual(misleading.map(() => true))
  expect(['Acme', 'linha\r\nlinha\tcoluna', '👩‍👩‍👧', 'São João d’Água'].map(misleads)).toEqual([false, false, false, false])
})

it('an e-mail address has parts between its dots, and nothing that cannot be seen', () => {
  const fit = ['ana@c.com', 'a.b+c@sub.exemplo.com.br', "o'neil_1@c.com", 'joão@c.com']
  expect(fit.filter(text => !isEmail(text))).toEqual([])
  const unfit = [
    'a..b@c.com',
    '.a@c.com',
    'a.@c.com',
    'a@c..com',
    'a@.c.com',
    'a\u200bb@c.com',
    'a\u00adb@c.com',
    'a\u0007@c.com',
  ]
  expect([...unfit, 'a@c', '@c.com', 'a b@c.com', `${'x'.repeat(65)}@c.com`, '\u202ea@c.com'].filter(isEmail)).toEqual([])
})

it('wildcards that a person typed stand for themselves', () => {
  expect(likePart('50%_\\x')).toBe('50\\%\\_\\\\x')
})
