import type { Command } from '../commands/command.ts';
import type { CommandSummary } from './help-text.ts';
import type { Completion, Option } from './option.ts';

/** A command with its name, for the scripts. */
export type NamedCommand = CommandSummary & { readonly command: Command };

/** A completion for bash: `source <(skua completion bash)`. */
export function bashCompletion(commands: readonly NamedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const cases = commands.map(({ name, command }) => {
    const options = allOptions(command);
    const words = [...(command.words ?? []), ...options.flatMap((option) => option.names), '--help'];
    const values = options.flatMap((option) => bashValues(option));
    return `    ${name})
      case $previous in
${values.join('\n')}
      esac
      COMPREPLY=($(compgen -W ${quote(words.join(' '))} -- "$current"))
      ;;`;
  });
  return `# bash completion of skua; load it with: source <(skua completion bash)
_skua() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quote(`${names} --help --version`)} -- "$current"))
    return
  fi
  case $command in
${cases.join('\n')}
  esac
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _skua skua
`;
}

/** A completion for zsh: a file `_skua` in a folder of `fpath`, or `source <(skua completion zsh)`. */
export function zshCompletion(commands: readonly NamedCommand[]): string {
  const rows = commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`);
  const cases = commands.map(({ name, command }) => {
    const specs = allOptions(command).flatMap((option) => zshSpecs(option));
    const words = command.words === undefined ? [] : [`'1:word:(${command.words.join(' ')})'`];
    return `    ${name}) _arguments ${[...words, ...specs, "'--help[print the manual]'", "'*:file:_files'"].join(' \\\n      ')} ;;`;
  });
  return `#compdef skua
# zsh completion of skua; load it with: source <(skua completion zsh)
_skua() {
  local -a commands
  commands=(
${rows.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _skua ]; then _skua "$@"; else compdef _skua skua; fi
`;
}

function allOptions(command: Command): readonly Option<never>[] {
  return command.options.flatMap(({ options }) => options);
}

function bashValues({ names, values, completes }: Option<never>): readonly string[] {
  if (values.length === 0) return [];
  return [`        ${names.join('|')}) COMPREPLY=($(compgen ${bashSource(completes)} -- "$current")); return ;;`];
}

function bashSource(completes: Completion | undefined): string {
  if (completes === undefined) return '-W ""';
  if (completes === 'file') return '-f';
  if (completes === 'folder') return '-d';
  return `-W ${quote(completes.join(' '))}`;
}

function zshSpecs({ names, values, completes, help }: Option<never>): readonly string[] {
  const text = (help.split(/[.;:](?: |$)/)[0] ?? '').replace(/[[\]]/g, '');
  const value = values.map((name) => `:${name.toLowerCase()}:${zshSource(completes)}`).join('');
  return names.map((name) => quote(`*${name}[${text}]${value}`));
}

function zshSource(completes: Completion | undefined): string {
  if (completes === undefined) return ' ';
  if (completes === 'file') return '_files';
  if (completes === 'folder') return '_files -/';
  return `(${completes.join(' ')})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
