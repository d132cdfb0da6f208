import { join, resolve } from 'node:path'
import { files, passwordOfClients } from '../../sandbox/city-hall/authority-folder.ts'
import { startCityHall } from '../../sandbox/city-hall/city-hall.ts'

export interface CityHallChoices {
  port?: number
  host?: string
  state?: string
  authority?: string
}

export interface StartedCityHall {
  readonly url: string
  readonly stateFile: string | undefined
  /** Where each file of the authority's folder is. */
  readonly files: Readonly<Record<keyof typeof files, string>>
  readonly password: string
  close(): Promise<void>
}

const usualPort = 8443
const usualFolder = 'data/city-hall'

export async function startTestCityHall({ port, host, state, authority }: CityHallChoices): Promise<StartedCityHall> {
  const folder = resolve(authority ?? usualFolder)
  const started = await startCityHall({
    port: port ?? usualPort,
    ...(host !== undefined && { host }),
    ...(state !== undefined && { stateFile: state }),
    authorityFolder: folder,
  })
  const at = (name: string) => join(folder, name)
  return {
    url: started.url,
    stateFile: state,
    files: {
      authority: at(files.authority),
      authorityKey: at(files.authorityKey),
      server: at(files.server),
      serverKey: at(files.serverKey),
      client: at(files.client),
      clientKey: at(files.clientKey),
      clientPkcs12: at(files.clientPkcs12),
    },
    password: passwordOfClients,
    close: () => started.close(),
  }
}
