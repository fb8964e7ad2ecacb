import type { CommandContext } from '../context.ts'

/**
 * The scripts ask `allclear __complete` for candidates, so that they never go out of date: the command tree answers
 * for commands and options, the store for names. The last line tells whether files are wanted as well.
 */
const scripts: Record<string, string> = {
  bash: `# bash completion for allclear
_allclear() {
  local current line files=0
  local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  current="\${COMP_WORDS[COMP_CWORD]}"
  # bash breaks words at ':' and '='; put them together again as far as the cursor.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    local -a whole=()
    local count
    _get_comp_words_by_ref -n ':=' -w whole -i count -c current
    words=("\${whole[@]:1:count}")
  fi
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      ':files') files=1 ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <("\${COMP_WORDS[0]}" __complete "\${words[@]}" 2>/dev/null)
  if [ "$files" = 1 ]; then
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
  fi
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$current"; fi
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
