# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_shipctl_global_optspecs
    string join \n url= context= color= q/quiet h/help V/version
end

function __fish_shipctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_shipctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_shipctl_using_subcommand
    set -l cmd (__fish_shipctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c shipctl -n "__fish_shipctl_needs_command" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_needs_command" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_needs_command" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_needs_command" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_needs_command" -s h -l help -d 'Print help'
complete -c shipctl -n "__fish_shipctl_needs_command" -s V -l version -d 'Print version'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "init" -d 'Make a new GitOps repository: a sample app, settings, a CI workflow'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "validate" -d 'Check app files without a cluster'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "plan" -d 'Show what would change in the cluster, and change nothing'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "apply" -d 'Push HEAD to the cluster and follow the rollout'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "scale" -d 'Set how many instances of an app run'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "restart" -d 'Replace all tasks of an app by fresh ones'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "rollback" -d 'Go back to what an app, or all apps, were before'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "attach" -d 'Watch a deployment from its beginning to its end'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "cancel" -d 'End a deployment where it stands'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "resume" -d 'Go on with a change that was held, cancelled, or could not be taken back'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "status" -d 'Show what runs, and why if it is not what git asks for'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "why" -d 'Say why an app is not as it is wanted'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "volumes" -d 'List the data that instances keep on agents'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "wipe" -d 'Remove an instance\'s data for ever'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "whatif" -d 'Say what would follow if agents were lost, emptied or added, or an app scaled; changes nothing'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "drain" -d 'Move all tasks of agents elsewhere, and give them no new ones'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "undrain" -d 'Let an agent that is being drained, or is drained, take tasks again'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "rebalance" -d 'Show which tasks would stand elsewhere, were all of them placed anew; moves nothing'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "agents" -d 'List the agents: what each has, what of it is used, and its state'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "agent" -d 'Show one agent'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "deployments" -d 'List deployments, the newest first, or show one'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "history" -d 'Show who changed what, and how it went, the newest first'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "events" -d 'Show what happened in the cluster, one line an event'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "logs" -d 'Show what an app\'s tasks print'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "exec" -d 'Run a command in a task\'s container'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "files" -d 'List a task\'s sandbox, or print a file of it'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c shipctl -n "__fish_shipctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shipctl -n "__fish_shipctl_using_subcommand init" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand init" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand init" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand init" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand validate" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs'
sarif\t'For code scanning'
junit\t'For test reports'
github\t'Annotations of a pull request'"
complete -c shipctl -n "__fish_shipctl_using_subcommand validate" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand validate" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand validate" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand validate" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand plan" -l ref -d 'Plan this commit, branch or tag instead' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand plan" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand plan" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand plan" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand plan" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand plan" -l detailed-exitcode -d 'Exit with 2 if anything would change'
complete -c shipctl -n "__fish_shipctl_using_subcommand plan" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand apply" -l plan -d 'Only if the plan is still this one, as `shipctl plan` named it' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand apply" -l timeout -d 'Stop watching after this long (`90s`, `10m`, `1h`) and exit with 5; the rollout goes on' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand apply" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand apply" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand apply" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand apply" -s y -l yes -d 'Do not ask'
complete -c shipctl -n "__fish_shipctl_using_subcommand apply" -l prune -d 'Let it delete most of the apps'
complete -c shipctl -n "__fish_shipctl_using_subcommand apply" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand scale" -l timeout -d 'Stop watching after this long (`90s`, `10m`, `1h`) and exit with 5; the rollout goes on' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand scale" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand scale" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand scale" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand scale" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand scale" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand restart" -l timeout -d 'Stop watching after this long (`90s`, `10m`, `1h`) and exit with 5; the rollout goes on' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand restart" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand restart" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand restart" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand restart" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand restart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand rollback" -l to -d 'Take the app back to this commit' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand rollback" -l timeout -d 'Stop watching after this long (`90s`, `10m`, `1h`) and exit with 5; the rollout goes on' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand rollback" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand rollback" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand rollback" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand rollback" -l prune -d 'Let it delete most of the apps'
complete -c shipctl -n "__fish_shipctl_using_subcommand rollback" -s y -l yes -d 'Do not ask, though it concerns all apps'
complete -c shipctl -n "__fish_shipctl_using_subcommand rollback" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand attach" -l timeout -d 'Stop watching after this long (`90s`, `10m`, `1h`) and exit with 5; the rollout goes on' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand attach" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand attach" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand attach" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand attach" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand cancel" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand cancel" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand cancel" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand cancel" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand cancel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand resume" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand resume" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand resume" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand resume" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand status" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand status" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand status" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand status" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand status" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand why" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand why" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand why" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand why" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand why" -l agents -d 'Name every agent that was passed over, however many there are'
complete -c shipctl -n "__fish_shipctl_using_subcommand why" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand volumes" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand volumes" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand volumes" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand volumes" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand volumes" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand volumes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand wipe" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand wipe" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand wipe" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand wipe" -s y -l yes -d 'Do not ask'
complete -c shipctl -n "__fish_shipctl_using_subcommand wipe" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand wipe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -f -a "lose" -d 'These agents are gone at once, and stay away'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -f -a "drain" -d 'These agents are emptied'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -f -a "undrain" -d 'These agents take tasks again'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -f -a "scale" -d 'Another number of instances of an app is wanted'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -f -a "add-agent" -d 'Agents join that do not exist yet'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and not __fish_seen_subcommand_from lose drain undrain scale add-agent help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from lose" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from lose" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from lose" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from lose" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from lose" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from lose" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from drain" -l deadline -d 'What is left after this long is stopped (`90s`, `10m`, `1h`)' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from drain" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from drain" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from drain" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from drain" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from drain" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from drain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from undrain" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from undrain" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from undrain" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from undrain" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from undrain" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from undrain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from scale" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from scale" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from scale" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from scale" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from scale" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from scale" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from add-agent" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from add-agent" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from add-agent" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from add-agent" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from add-agent" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from add-agent" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from help" -f -a "lose" -d 'These agents are gone at once, and stay away'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from help" -f -a "drain" -d 'These agents are emptied'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from help" -f -a "undrain" -d 'These agents take tasks again'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from help" -f -a "scale" -d 'Another number of instances of an app is wanted'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from help" -f -a "add-agent" -d 'Agents join that do not exist yet'
complete -c shipctl -n "__fish_shipctl_using_subcommand whatif; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shipctl -n "__fish_shipctl_using_subcommand drain" -l deadline -d 'Stop what is left after this long (`90s`, `10m`, `1h`), whatever its app was promised' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand drain" -l timeout -d 'Stop watching after this long (`90s`, `10m`, `1h`) and exit with 5; the rollout goes on' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand drain" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand drain" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand drain" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand drain" -s y -l yes -d 'Do not ask'
complete -c shipctl -n "__fish_shipctl_using_subcommand drain" -l detach -d 'Do not watch'
complete -c shipctl -n "__fish_shipctl_using_subcommand drain" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand drain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand undrain" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand undrain" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand undrain" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand undrain" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand undrain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand rebalance" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand rebalance" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand rebalance" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand rebalance" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand rebalance" -l plan -d 'Show it; there is nothing that does it'
complete -c shipctl -n "__fish_shipctl_using_subcommand rebalance" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand rebalance" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand agents" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand agents" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand agents" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand agents" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand agents" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand agents" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and not __fish_seen_subcommand_from show help" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and not __fish_seen_subcommand_from show help" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and not __fish_seen_subcommand_from show help" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and not __fish_seen_subcommand_from show help" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and not __fish_seen_subcommand_from show help" -s h -l help -d 'Print help'
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and not __fish_seen_subcommand_from show help" -f -a "show" -d 'Show what an agent has, what it says of itself, and each task on it'
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and not __fish_seen_subcommand_from show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and __fish_seen_subcommand_from show" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and __fish_seen_subcommand_from show" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and __fish_seen_subcommand_from show" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and __fish_seen_subcommand_from show" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what an agent has, what it says of itself, and each task on it'
complete -c shipctl -n "__fish_shipctl_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and not __fish_seen_subcommand_from show help" -l app -d 'Only those that change this app' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and not __fish_seen_subcommand_from show help" -l limit -d 'At most so many' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and not __fish_seen_subcommand_from show help" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and not __fish_seen_subcommand_from show help" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and not __fish_seen_subcommand_from show help" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and not __fish_seen_subcommand_from show help" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and not __fish_seen_subcommand_from show help" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and not __fish_seen_subcommand_from show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and not __fish_seen_subcommand_from show help" -f -a "show" -d 'Show each step and app of a deployment: its state, when it began, how long it took, and why it failed'
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and not __fish_seen_subcommand_from show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and __fish_seen_subcommand_from show" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and __fish_seen_subcommand_from show" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and __fish_seen_subcommand_from show" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and __fish_seen_subcommand_from show" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show each step and app of a deployment: its state, when it began, how long it took, and why it failed'
complete -c shipctl -n "__fish_shipctl_using_subcommand deployments; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shipctl -n "__fish_shipctl_using_subcommand history" -l limit -d 'At most so many' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand history" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand history" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand history" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand history" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand history" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand events" -l app -d 'Only events of this app' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand events" -l since -d 'Only events behind the one of this number, which `--format json` tells' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand events" -l format -d 'For whom to print; `json` is one object a line' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand events" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand events" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand events" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand events" -s f -l follow -d 'Events as they happen, until Ctrl-C'
complete -c shipctl -n "__fish_shipctl_using_subcommand events" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -l tail -d 'Begin so many lines back, in each task [default: 100, with --since all]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -l since -d 'Begin so long ago, or at a moment: `10m`, `1h30m`, `2026-11-23T14:00:00Z`' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -l task -d 'Of one task alone, by the name before its lines or by its id' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -l format -d 'For whom to print' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -s f -l follow -d 'Go on with what they print from now on, until Ctrl-C'
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -s t -l timestamps -d 'Say when each line was printed'
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand exec" -l task -d 'Which of the app\'s tasks, by its short name or its id [default: the first that runs]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand exec" -s c -l container -d 'Which container of a pod [default: the first]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand exec" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand exec" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand exec" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand exec" -s i -l interactive -d 'Give it what arrives on stdin'
complete -c shipctl -n "__fish_shipctl_using_subcommand exec" -s t -l tty -d 'Give it a terminal'
complete -c shipctl -n "__fish_shipctl_using_subcommand exec" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand files" -l task -d 'Which of the app\'s tasks, by its short name or its id [default: the first that runs]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand files" -l offset -d 'Of a file, begin behind so many bytes' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand files" -l length -d 'Of a file, print so many bytes at most' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand files" -l format -d 'For whom to print a list' -r -f -a "human\t'For people'
json\t'For programs; documents name their `schema`'"
complete -c shipctl -n "__fish_shipctl_using_subcommand files" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand files" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand files" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand files" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand files" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand completions" -l url -d 'The cluster\'s address [env: SHIP_URL] [default: http://127.0.0.1:PORT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand completions" -l context -d 'A cluster by its name in ship.toml [env: SHIP_CONTEXT]' -r
complete -c shipctl -n "__fish_shipctl_using_subcommand completions" -l color -d 'Colour; `auto` = on a terminal, unless NO_COLOR is set or TERM is dumb' -r -f -a "auto\t''
always\t''
never\t''"
complete -c shipctl -n "__fish_shipctl_using_subcommand completions" -s q -l quiet -d 'Say only what was asked for'
complete -c shipctl -n "__fish_shipctl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "init" -d 'Make a new GitOps repository: a sample app, settings, a CI workflow'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "validate" -d 'Check app files without a cluster'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "plan" -d 'Show what would change in the cluster, and change nothing'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "apply" -d 'Push HEAD to the cluster and follow the rollout'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "scale" -d 'Set how many instances of an app run'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "restart" -d 'Replace all tasks of an app by fresh ones'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "rollback" -d 'Go back to what an app, or all apps, were before'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "attach" -d 'Watch a deployment from its beginning to its end'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "cancel" -d 'End a deployment where it stands'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "resume" -d 'Go on with a change that was held, cancelled, or could not be taken back'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "status" -d 'Show what runs, and why if it is not what git asks for'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "why" -d 'Say why an app is not as it is wanted'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "volumes" -d 'List the data that instances keep on agents'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "wipe" -d 'Remove an instance\'s data for ever'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "whatif" -d 'Say what would follow if agents were lost, emptied or added, or an app scaled; changes nothing'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "drain" -d 'Move all tasks of agents elsewhere, and give them no new ones'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "undrain" -d 'Let an agent that is being drained, or is drained, take tasks again'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "rebalance" -d 'Show which tasks would stand elsewhere, were all of them placed anew; moves nothing'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "agents" -d 'List the agents: what each has, what of it is used, and its state'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "agent" -d 'Show one agent'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "deployments" -d 'List deployments, the newest first, or show one'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "history" -d 'Show who changed what, and how it went, the newest first'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "events" -d 'Show what happened in the cluster, one line an event'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "logs" -d 'Show what an app\'s tasks print'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "exec" -d 'Run a command in a task\'s container'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "files" -d 'List a task\'s sandbox, or print a file of it'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and not __fish_seen_subcommand_from init validate plan apply scale restart rollback attach cancel resume status why volumes wipe whatif drain undrain rebalance agents agent deployments history events logs exec files completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and __fish_seen_subcommand_from whatif" -f -a "lose" -d 'These agents are gone at once, and stay away'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and __fish_seen_subcommand_from whatif" -f -a "drain" -d 'These agents are emptied'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and __fish_seen_subcommand_from whatif" -f -a "undrain" -d 'These agents take tasks again'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and __fish_seen_subcommand_from whatif" -f -a "scale" -d 'Another number of instances of an app is wanted'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and __fish_seen_subcommand_from whatif" -f -a "add-agent" -d 'Agents join that do not exist yet'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "show" -d 'Show what an agent has, what it says of itself, and each task on it'
complete -c shipctl -n "__fish_shipctl_using_subcommand help; and __fish_seen_subcommand_from deployments" -f -a "show" -d 'Show each step and app of a deployment: its state, when it began, how long it took, and why it failed'
