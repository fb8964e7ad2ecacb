import type { CommandContext } from '../context.ts'

/**
 * The scripts ask `allclear __complete` for candidates, so that they never go out of date: the command tree answers
 * for commands and options, the store for names. The last line tells whether files are wanted as well.
 */
const scripts: Record<string, string> = {
  bash: `# bash completion for allclear
_allclear() {
  local line current files=0
  local -a words
  # The line itself and not COMP_WORDS: bash breaks those at ':' and '=', which image references and purls have.
  read -ra words <<< "\${COMP_LINE:0:COMP_POINT}"
  case "\${COMP_LINE:0:COMP_POINT}" in *[[:space:]]) words+=('') ;; esac
  current="\${words[\${#words[@]} - 1]}"
  # Of a candidate bash replaces only what follows the last of its word breaks.
  local kept="\${current%"\${current##*[:=]}"}"
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      ':files') files=1 ;;
      *) line="\${line%%$'\\t'*}"; COMPREPLY+=("\${line#"$kept"}") ;;
    esac
  done < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)
  if [ "$files" = 1 ]; then
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _allclear allclear
`,
  zsh: `#compdef allclear
# zsh completion for allclear
_allclear() {
  local line files=0
  local -a candidates
  while IFS= read -r line; do
    case "$line" in
      ':files') files=1 ;;
      *$'\\t'*) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      *) candidates+=("\${line//:/\\\\:}") ;;
    esac
  done < <("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#candidates} )) && _describe 'allclear' candidates
  (( files )) && _files
  return 0
}
if [ "\${funcstack[1]}" = "_allclear" ]; then _allclear "$@"; else compdef _allclear allclear; fi
`,
  fish: `# fish completion for allclear
function __allclear_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l files 0
  for line in ($words[1] __complete $words[2..-1] 2>/dev/null)
    if test "$line" = ':files'
      set files 1
    else
      echo $line
    end
  end
  if test $files = 1
    __fish_complete_path (commandline -ct)
  end
end
complete -c allclear -f -a '(__allclear_complete)'
`,
}

/** `allclear completion bash|zsh|fish` */
export async function run(context: CommandContext, [shell]: string[]): Promise<number> {
  await context.io.write(scripts[shell])
  return 0
}
