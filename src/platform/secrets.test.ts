import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { secretKeyOfFile } from './secret-key-file.ts'
import { parseSecretKey, type Sealed, Secrets, SecretUnreadable } from './secrets.ts'

const [first, second] = [randomBytes(32), randomBytes(32)]

describe('a kept secret', () => {
  it('opens for whom it was sealed, and is another text each time', () => {
    const secrets = new Secrets([first])
    const sealed = secrets.seal('whsec_abc', 'webhook 1 2')
    expect(secrets.open(sealed, 'webhook 1 2')).toBe('whsec_abc')
    expect(sealed).not.toContain('whsec_abc')
    expect(secrets.seal('whsec_abc', 'webhook 1 2')).not.toBe(sealed)
  })

  it('does not open in the place of another, nor when a bit of it was changed', () => {
    const secrets = new Secrets([first])
    const sealed = secrets.seal('abc', 'webhook 1 2')
    expect(() => secrets.open(sealed, 'webhook 1 3')).toThrow(SecretUnreadable)
    const at = sealed.length - 10
    const flipped = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
    expect(() => secrets.open(flipped as Sealed, 'webhook 1 2')).toThrow(SecretUnreadable)
    expect(() => secrets.open('nothing' as Sealed, 'webhook 1 2')).toThrow(SecretUnreadable)
  })

  it('opens under the key before, while new ones are sealed under the key in use', () => {
    const old = new Secrets([first]).seal('abc', 'x')
    const rotated = new Secrets([second, first])
    expect(rotated.open(old, 'x')).toBe('abc')
    const sealed = rotated.seal('abc', 'x')
    expect(new Secrets([second]).open(sealed, 'x')).toBe('abc')
    expect(() => new Secrets([first]).open(sealed, 'x')).toThrow(/key [0-9a-f]{8} is not configured/)
  })

  it('cannot be kept without a key, and whoever tries is told what to set', () => {
    expect(() => new Secrets([]).seal('abc', 'x')).toThrow(/BORDERO_SECRET_KEY/)
  })
})

describe('the key', () => {
  it('is 32 bytes in hexadecimal or base64', () => {
    expect(parseSecretKey(first.toString('hex'))).toEqual(first)
    expect(parseSecretKey(first.toString('base64'))).toEqual(first)
    expect(parseSecretKey(first.toString('base64url'))).toEqual(first)
    expect(parseSecretKey('secret')).toBeNull()
    expect(parseSecretKey(randomBytes(16).toString('hex'))).toBeNull()
  })

  it('is made once in a file that only its owner reads, and is the same at the next start', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bordero-key-'))
    try {
      const path = join(folder, 'secret.key')
      const made = secretKeyOfFile(path)
      expect(secretKeyOfFile(path)).toEqual(made)
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(parseSecretKey(readFileSync(path, 'utf8').trim())).toEqual(made)
      writeFileSync(path, 'half of i')
      expect(() => secretKeyOfFile(path)).toThrow(/cópia de segurança/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
