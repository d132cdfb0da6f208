import { describe, expect, it } from 'vitest'
import { type ForeignPlace, ForeignPlaces } from './foreign-places.ts'

const place = (...prefixes: string[]): ForeignPlace => ({ prefixes, refuse: (_error, _request, reply) => reply })

describe('addresses of others', () => {
  const [wide, narrow] = [place('/api/v1'), place('/api/v1/nfse', '/oauth')]
  const places = new ForeignPlaces()
  places.add(wide)
  places.add(narrow)

  it.each([
    ['/api/v1', wide],
    ['/api/v1/', wide],
    ['/api/v1/companies/1', wide],
    ['/api/v1/nfses', wide],
    ['/api/v1/nfse', narrow],
    ['/api/v1/nfse/', narrow],
    ['/api/v1/nfse/1/send', narrow],
    ['/oauth/token', narrow],
    ['/api/v10', null],
    ['/api', null],
    ['/v1/customers', null],
    ['/', null],
  ])('%s is of whoever has the longest beginning of it', (path, owner) => {
    expect(places.at(path)).toBe(owner)
  })

  it('are one vendor’s alone, and told as paths', () => {
    expect(() => places.add(place('/oauth'))).toThrow('two claim')
    for (const wrong of ['', '/', 'api', '/api/', '/api/:id']) {
      expect(() => new ForeignPlaces().add(place(wrong)), wrong).toThrow('no prefix')
    }
  })
})
