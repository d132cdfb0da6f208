import type { Command, CommanderError, HelpConfiguration } from 'commander'

const titles: Readonly<Record<string, string>> = {
  'Usage:': 'Uso:',
  'Arguments:': 'Argumentos:',
  'Options:': 'Opções:',
  'Global Options:': 'Opções de todos os comandos:',
  'Commands:': 'Comandos:',
}

const inPortuguese = (text: string) => text.replaceAll('[options]', '[opções]').replaceAll('[command]', '[comando]')

/** Commander's help speaks English where it speaks for itself. */
export const portugueseHelp: HelpConfiguration = {
  showGlobalOptions: true,
  styleTitle: title => titles[title] ?? title,
  styleUsage: inPortuguese,
  styleSubcommandTerm: inPortuguese,
  // Commander knows which options it asks for, and does not say so.
  optionDescription: option => (option.mandatory ? `${option.description} (obrigatória)` : option.description),
}

export function addPortugueseHelp(program: Command): void {
  program.configureHelp(portugueseHelp)
  program.helpOption('-h, --help', 'mostra esta ajuda')
  program.helpCommand('help [comando]', 'mostra a ajuda de um comando')
}

const quoted = /'([^']*)'/

/** What is wrong with a command line: commander's sentence, said again from its code and from what it quotes. */
export function usageFault({ code, message }: CommanderError): string {
  const what = quoted.exec(message)?.[1] ?? ''
  const [, suggestion] = /Did you mean (?:one of )?(.+)\?/.exec(message) ?? []
  const perhaps = suggestion === undefined ? '' : ` Seria ${suggestion.replace(/, (?=[^,]*$)/, ' ou ')}?`
  switch (code) {
    case 'commander.unknownCommand':
      return `Não existe o comando "${what}".${perhaps}`
    case 'commander.unknownOption':
      return `Não existe a opção "${what}".${perhaps}`
    case 'commander.missingArgument':
      return `Falta ${what}.`
    case 'commander.optionMissingArgument':
      return `A opção "${what}" precisa de um valor.`
    case 'commander.missingMandatoryOptionValue':
      return `Falta a opção "${what}".`
    case 'commander.excessArguments':
      return 'Há argumentos a mais.'
    case 'commander.conflictingOption':
      return `A opção "${what}" não combina com outra que foi dada.`
    case 'commander.invalidArgument':
      return invalidValue(message)
    default:
      return message.replace(/^error: /, '')
  }
}

/** A value that one of our own readers refused: it said the whole sentence, and commander put its own in front. */
function invalidValue(message: string): string {
  return message.replace(/^.*? is invalid(?: for argument '[^']*')?\. /s, '')
}
