// RFC 6901: how a fault names its place.

export function pointerTo(parent: string, name: string | number): string {
  return `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** What lies there, or undefined. `pointer` may begin with '#', as a schema's path does. */
export function valueAt(root: unknown, pointer: string): unknown {
  const names = pointer.replace(/^#/, '').split('/').slice(1)
  return names.reduce<unknown>((value, name) => child(value, name.replaceAll('~1', '/').replaceAll('~0', '~')), root)
}

/** True for the place itself and for all that lies in it. */
export function isWithin(pointer: string, place: string): boolean {
  return pointer.startsWith(place) && (pointer.length === place.length || pointer[place.length] === '/')
}

function child(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}
