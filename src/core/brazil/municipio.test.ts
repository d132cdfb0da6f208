import { describe, expect, it } from 'vitest'
import { municipioNamed, municipioOf } from './municipio.ts'

describe('municipalities', () => {
  it('are known by their IBGE code', () => {
    expect(municipioOf('3550308')).toEqual({ code: '3550308', name: 'São Paulo', uf: 'SP' })
    expect(municipioOf('5300108')?.uf).toBe('DF')
  })

  it('include the one that the annex of the standard forgot', () => {
    expect(municipioOf('5101837')?.name).toBe('Boa Esperança do Norte')
  })

  it('are not guessed from other codes', () => {
    for (const code of ['', '355030', '0000000', '35503080', 'São Paulo']) expect(municipioOf(code)).toBeNull()
  })

  it('are found by name within their state', () => {
    expect(municipioNamed('sao paulo', 'SP')?.code).toBe('3550308')
    expect(municipioNamed('SANTA BARBARA D OESTE', 'SP')?.name).toBe("Santa Bárbara d'Oeste")
    expect(municipioNamed('São Paulo', 'RJ')).toBeNull()
  })
})
