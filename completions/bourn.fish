# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_bourn_global_optspecs
    string join \n h/help V/version
end

function __fish_bourn_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_bourn_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_bourn_using_subcommand
    set -l cmd (__fish_bourn_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c bourn -n "__fish_bourn_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_needs_command" -s V -l version -d 'Print version'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "append" -d 'Add events to a stream, durably and in order'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "cat" -d 'Show events in arrival order, bytes unchanged'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "replay" -d 'Show the events of a stretch of event time'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "fold" -d 'Fold history into state: aggregates or a reducer of your own, per key'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "history" -d 'Show the timeline of one entity: what each event changed, and for how long'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "diff" -d 'Compare the states at two moments'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "window" -d 'Aggregate per window of event time, with late events told'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "join" -d 'Join two sources within a distance of event time'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "explain" -d 'Tell the fate of one event in a window or join'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "watermark" -d 'Pass on the events that are on time, and set the late ones apart'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "audit" -d 'Prove that the past is what it was: checkpoints, proofs, signatures'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "consumer" -d 'Named readers with offsets of their own'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "stream" -d 'Look at a stream, and look after it'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "man" -d 'Print the manual page, of bourn or of one command'
complete -c bourn -n "__fish_bourn_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c bourn -n "__fish_bourn_using_subcommand append" -l type -d 'What happened, as in MoneyDeposited' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l stream -d 'The entity it is about, as in account-1' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l data -d 'Its data, as JSON' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l meta -d 'Metadata, as in --meta user=anna; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l at -d 'When it happened; now if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l id -d 'Its id; a new UUIDv7 if left out. Without --type: the path of the event id, as in --id .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l expect-end -d 'Store only if the stream holds exactly N events (or none: empty); otherwise exit 4' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l expect-version -d 'Store only if the last event of ENTITY has version N (the first one has 0), or if it has none, or if one exists; otherwise exit 4. May be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l unless -d 'Store only if no event of the stream meets this jq condition; otherwise exit 4' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l linger -d 'For endless input: store what has come, with a receipt, once its first line has waited so long, as in 50ms' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l batch -d 'How many lines make a batch that is stored as a whole; as many as fit into 16 MiB if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l sync -d 'When data is forced to the device' -r -f -a "batch\t'After each batch'
end\t'Once, before the receipt'
none\t'Never: the receipt says so'"
complete -c bourn -n "__fish_bourn_using_subcommand append" -l lock-timeout -d 'How long to wait for another writer, as in 5s; for ever if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l on-error -d 'What to do with a line that is no event' -r -f -a "fail\t'Refuse the batch it is in'
skip\t'Leave it out and count it; exit 1'
quarantine\t'Set it aside in the stream\'s quarantine; exit 1'"
complete -c bourn -n "__fish_bourn_using_subcommand append" -l max-line -d 'The longest line' -r
complete -c bourn -n "__fish_bourn_using_subcommand append" -l no-create -d 'Do not make the stream'
complete -c bourn -n "__fish_bourn_using_subcommand append" -l verbatim -d 'Store lines as they are: add no eventId or timestamp to native events that lack them'
complete -c bourn -n "__fish_bourn_using_subcommand append" -l unique -d 'Leave out events whose id the stream holds already, and count them; the same id with another content is an error'
complete -c bourn -n "__fish_bourn_using_subcommand append" -l atomic -d 'Store the whole input or nothing; always so with --expect-end, --expect-version and --unless'
complete -c bourn -n "__fish_bourn_using_subcommand append" -l unsafe-fs -d 'Append also when the stream is on a network file system, where locks and flushes may not hold'
complete -c bourn -n "__fish_bourn_using_subcommand append" -l tee -d 'Pass the events on instead of printing a receipt'
complete -c bourn -n "__fish_bourn_using_subcommand append" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l from -d 'Begin here: an offset, a time, earliest or latest (behind the last event)' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l to -d 'End here, included: an offset or a time' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l lateness -d 'No event lies further behind an earlier one than this, as stream stat tells: a stretch of time is then searched for by bisection in a file, and an event that does is an error' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l limit -d 'At most so many events' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l last -d 'Only the last so many events' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l select -d 'Print what this jq expression gives instead of the event' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l consumer -d 'Begin where this consumer of the stream or file stands' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l state -d 'Where the consumer is kept; otherwise in the stream, or beside the file, or in the user\'s state directory' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l reverse -d 'The last event first'
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l follow -d 'Wait for new events at the end'
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l with-offset -d 'Print {"offset":…,"event":…}'
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l commit -d 'Commit the consumer\'s offset after the output was written and flushed'
complete -c bourn -n "__fish_bourn_using_subcommand cat" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand cat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l from -d 'From this time or @OFFSET on, included' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l until -d 'Up to this time or @OFFSET, included' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l before -d 'Up to this time or @OFFSET, excluded' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l lateness -d 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l watermark -d 'With --sort: how late events may be, so that few are held back; a later one is told, and goes to --late-to' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l late-to -d 'Write events that are too late to be sorted to this file, or append them to this stream' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l speed -d 'Keep the gaps between the events: realtime, so many times faster as in 10x or 0.5x, or max' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l select -d 'Print what this jq expression gives instead of the event' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l summary -d 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error' -r -f -a "text\t'One line of text'
json\t'One JSON object'
none\t'Not at all'"
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l sort -d 'Put the events in the order of their time; of equals the one that arrived first goes first'
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l fail-on-late -d 'Exit 1 when an event was late'
complete -c bourn -n "__fish_bourn_using_subcommand replay" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l by -d 'One group per value of these paths, as in --by .userId,.data.currency or --by \'day=.timestamp[:10]\'' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -s a -l aggregate -d 'An aggregate, as in -a \'total=sum(.data.amount) where .eventType == "Paid"\'; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l init -d 'The first state of --reduce, as JSON' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l reduce -d 'A reducer in jq: . is the state, $e the event, the result the next state' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -s f -l file -d 'A file that holds the reducer' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l at -d 'The states as they were at each of these moments, in one pass; events may be out of order' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l emit -d 'What comes out: the final states, or every change' -r -f -a "final\t'Each key\'s state once, at the end'
updates\t'The state after each event: the table\'s changelog'"
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l assert -d 'A condition that every state on the way must meet; exit 1 with the event that broke it' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l assert-final -d 'A condition that the last states must meet' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l having -d 'Only rows for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l sort-by -d 'Sort the rows by this jq expression; a leading - sorts the largest first' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l top -d 'Only the N largest rows by --sort-by, or by the first aggregate' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l select -d 'What comes out of a row, in jq' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l from -d 'From this time or @OFFSET on, included' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l until -d 'Up to this time or @OFFSET, included' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l before -d 'Up to this time or @OFFSET, excluded' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l lateness -d 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l into -d 'Write the results to this file, or append them to this stream, instead of printing them; csv:FILE and tsv:FILE write a table. With fold, sqlite:FILE#TABLE keeps a table up to date: each run reads only what is new' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l resume -l snapshot -d 'Go on where the last run of this name stopped, and keep for the next one what is open at the end' -r
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l state -d 'Where the runs are kept; otherwise in the first source, or beside it when it is a file' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l summary -d 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error' -r -f -a "text\t'One line of text'
json\t'One JSON object'
none\t'Not at all'"
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l table -d 'Read a changelog (rows with a "key") and keep the latest row of each key: the inverse of --emit updates'
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l ties -d 'With --top, also the rows that are equal to the last of them'
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l drain -d 'The sources are complete: close what is open, as a run without --resume does'
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l rebuild -d 'Start from the beginning, also when the job has changed since the last run'
complete -c bourn -n "__fish_bourn_using_subcommand fold" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand fold" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand history" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand history" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l by -d 'Only events that have this value at this path, as in --by .userId=123; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l merge -d 'The object that each event lays over the state (JSON Merge Patch: null takes a field away)' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -s a -l aggregate -d 'An aggregate as part of the state, as in -a \'balance=sum(.data.amount)\'; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l init -d 'The first state of --reduce, as JSON' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l reduce -d 'A reducer in jq: . is the state, $e the event, the result the next state' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -s f -l file -d 'A file that holds the reducer' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l from -d 'From this time or @OFFSET on, included' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l until -d 'Up to this time or @OFFSET, included' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l before -d 'Up to this time or @OFFSET, excluded' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l lateness -d 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand history" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand history" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand history" -l with-state -d 'Tell the whole state after each event, too'
complete -c bourn -n "__fish_bourn_using_subcommand history" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l from -d 'The first moment: a time or @OFFSET; its events are included' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l to -d 'The second moment; the end of the history if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l by -d 'One state per value of these paths, as in --by .userId,.data.currency' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l merge -d 'The object that each event lays over the state (JSON Merge Patch: null takes a field away)' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -s a -l aggregate -d 'An aggregate as part of the state, as in -a \'balance=sum(.data.amount)\'; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l init -d 'The first state of --reduce, as JSON' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l reduce -d 'A reducer in jq: . is the state, $e the event, the result the next state' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -s f -l file -d 'A file that holds the reducer' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand diff" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand window" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand window" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l tumbling -d 'Windows of this size, side by side; 1d, 1w, 1mo, 1q and 1y are civil sizes in --tz' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l hopping -d 'Windows of a size that begin every so often, as in --hopping 5m/1m' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l session -d 'Windows that end after a gap without events' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l anchored -d 'Windows per key that begin with the key\'s first event' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l sliding -d 'For each event the window of this size that ends with it, both ends included' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l late-by -d 'What makes an event late: its window being closed, or (stricter) being older than the watermark' -r -f -a "window\t'Every window it belongs to is closed'
event\t'It is older than the watermark'"
complete -c bourn -n "__fish_bourn_using_subcommand window" -l clock -d 'Whether an event counts at its own time, or at the time at which it arrives' -r -f -a "event\t'The event\'s own time'
processing\t'The time at which it is read'"
complete -c bourn -n "__fish_bourn_using_subcommand window" -l idle -d 'With --merge and --follow: a source that is silent for so long is left out until it speaks again' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l emit -d 'What comes out: final (each window once, when it closes), updates (every change, numbered by rev), or, as in every:10s, what has changed at each 10 s of stream time, and each window once more when it closes' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l fill-limit -d 'How many empty windows in a row --fill writes; more are an error' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l watermark -d 'How late events may be: the watermark is the largest event time so far less this' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l grace -d 'How much longer than that windows stay open, and rows wait for partners' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l max-ahead -d 'An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock must not close all' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l late-to -d 'Write late events to this file, or append them to this stream, with what they missed and by how much' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l tz -d 'Print times in this time zone, as in Europe/Vienna; UTC if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l by -d 'One group per value of these paths, as in --by .userId,.data.currency or --by \'day=.timestamp[:10]\'' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -s a -l aggregate -d 'An aggregate, as in -a \'total=sum(.data.amount) where .eventType == "Paid"\'; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l having -d 'Only rows for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l sort-by -d 'Sort the rows by this jq expression; a leading - sorts the largest first' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l top -d 'Only the N largest rows by --sort-by, or by the first aggregate' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l select -d 'What comes out of a row, in jq' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l from -d 'From this time or @OFFSET on, included' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l until -d 'Up to this time or @OFFSET, included' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l before -d 'Up to this time or @OFFSET, excluded' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l lateness -d 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l into -d 'Write the results to this file, or append them to this stream, instead of printing them; csv:FILE and tsv:FILE write a table. With fold, sqlite:FILE#TABLE keeps a table up to date: each run reads only what is new' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l resume -l snapshot -d 'Go on where the last run of this name stopped, and keep for the next one what is open at the end' -r
complete -c bourn -n "__fish_bourn_using_subcommand window" -l state -d 'Where the runs are kept; otherwise in the first source, or beside it when it is a file' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand window" -l summary -d 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error' -r -f -a "text\t'One line of text'
json\t'One JSON object'
none\t'Not at all'"
complete -c bourn -n "__fish_bourn_using_subcommand window" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand window" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand window" -l sliding-all -d 'With --sliding, also the windows that begin just after an event'
complete -c bourn -n "__fish_bourn_using_subcommand window" -l merge -d 'Each source has its own stream time, and the smallest counts'
complete -c bourn -n "__fish_bourn_using_subcommand window" -l fill -d 'Also the empty windows between the first and the last result of each key'
complete -c bourn -n "__fish_bourn_using_subcommand window" -l follow -d 'Wait for new events at the end'
complete -c bourn -n "__fish_bourn_using_subcommand window" -l fail-on-late -d 'Exit 1 when an event was late'
complete -c bourn -n "__fish_bourn_using_subcommand window" -l ties -d 'With --top, also the rows that are equal to the last of them'
complete -c bourn -n "__fish_bourn_using_subcommand window" -l per-window -d '--sort-by and --top order the rows of each window by themselves'
complete -c bourn -n "__fish_bourn_using_subcommand window" -l drain -d 'The sources are complete: close what is open, as a run without --resume does'
complete -c bourn -n "__fish_bourn_using_subcommand window" -l rebuild -d 'Start from the beginning, also when the job has changed since the last run'
complete -c bourn -n "__fish_bourn_using_subcommand window" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand window" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand join" -l on -d 'The paths that must be equal, as in --on .userId,.productId' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l on-right -d 'The paths of the right side, in the same order, where they differ' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l kind -d 'Which rows come out' -r -f -a "inner\t'Pairs'
left\t'Pairs, and left rows without a partner'
right\t'Pairs, and right rows without a partner'
outer\t'Pairs, and rows of both sides without a partner'
semi\t'Left rows with a partner, once each'
anti\t'Left rows without a partner: what did not happen'"
complete -c bourn -n "__fish_bourn_using_subcommand join" -l left-key -d 'With --tables: the key of the left table, where --on names what refers to the right one' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l max-age -d 'With --as-of: how old the right row may be' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l table-value -d 'The path whose being null deletes the key in a table; otherwise "deleted":true, "retracted":true, or null as state or data' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l within -d 'How far apart the two may be, both ways' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l before -d 'How far the right one may lie before the left one' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l after -d 'How far the right one may lie after the left one' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l watermark -d 'How late events may be: the watermark is the largest event time so far less this' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l grace -d 'How much longer than that windows stay open, and rows wait for partners' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l max-ahead -d 'An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock must not close all' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l late-to -d 'Write late events to this file, or append them to this stream, with what they missed and by how much' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l tz -d 'Print times in this time zone, as in Europe/Vienna; UTC if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l watermark-right -d 'How late events of the right side may be, where that differs' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l grace-right -d 'How much longer right rows wait, where that differs' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l idle -d 'With --follow: a side that is silent for so long is left out until it speaks again' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l select -d 'What comes out of a pair, in jq, from .left, .right, .key and .gap' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand join" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l into -d 'Write the results to this file, or append them to this stream, instead of printing them; csv:FILE and tsv:FILE write a table. With fold, sqlite:FILE#TABLE keeps a table up to date: each run reads only what is new' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l resume -l snapshot -d 'Go on where the last run of this name stopped, and keep for the next one what is open at the end' -r
complete -c bourn -n "__fish_bourn_using_subcommand join" -l state -d 'Where the runs are kept; otherwise in the first source, or beside it when it is a file' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand join" -l summary -d 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error' -r -f -a "text\t'One line of text'
json\t'One JSON object'
none\t'Not at all'"
complete -c bourn -n "__fish_bourn_using_subcommand join" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand join" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand join" -l as-of -d 'The right side is a table: a left row meets the latest right row of its key at or before its own time'
complete -c bourn -n "__fish_bourn_using_subcommand join" -l tables -d 'Both sides are tables (changelogs): every change of the joined table comes out, and deletions as "deleted":true'
complete -c bourn -n "__fish_bourn_using_subcommand join" -l fail-on-late -d 'Exit 1 when an event was late'
complete -c bourn -n "__fish_bourn_using_subcommand join" -l follow -d 'Wait for new events at the end'
complete -c bourn -n "__fish_bourn_using_subcommand join" -l drain -d 'The sources are complete: close what is open, as a run without --resume does'
complete -c bourn -n "__fish_bourn_using_subcommand join" -l rebuild -d 'Start from the beginning, also when the job has changed since the last run'
complete -c bourn -n "__fish_bourn_using_subcommand join" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand join" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand explain" -l event -d 'The id of the event, or its @OFFSET' -r
complete -c bourn -n "__fish_bourn_using_subcommand explain" -l format -d 'How it is told' -r -f -a "jsonl\t'One JSON object an event'
text\t'Sentences for people'"
complete -c bourn -n "__fish_bourn_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l watermark -d 'How late events may be' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l max-ahead -d 'An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock must not make all others late' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l late-to -d 'Write late events to this file, or append them to this stream, with by how much they are late' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l tz -d 'Print times in this time zone, as in Europe/Vienna; UTC if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l summary -d 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error' -r -f -a "text\t'One line of text'
json\t'One JSON object'
none\t'Not at all'"
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l follow -d 'Wait for more at the end, until a signal comes'
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l sort -d 'Also put the events in the order of their time; each is held back until the watermark has come to it'
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l fail-on-late -d 'Exit 1 when an event was late'
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand watermark" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and not __fish_seen_subcommand_from check checkpoint verify prove verify-proof cosign keygen help" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and not __fish_seen_subcommand_from check checkpoint verify prove verify-proof cosign keygen help" -f -a "check" -d 'Hold rules against every event, with each finding at its place'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and not __fish_seen_subcommand_from check checkpoint verify prove verify-proof cosign keygen help" -f -a "checkpoint" -d 'Pin the whole history in three lines'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and not __fish_seen_subcommand_from check checkpoint verify prove verify-proof cosign keygen help" -f -a "verify" -d 'Check a stream against its seals and head, and any log against checkpoints and receipts'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and not __fish_seen_subcommand_from check checkpoint verify prove verify-proof cosign keygen help" -f -a "prove" -d 'Print a proof that an event is in the log, or that the log goes on from an earlier state'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and not __fish_seen_subcommand_from check checkpoint verify prove verify-proof cosign keygen help" -f -a "verify-proof" -d 'Check a proof without the log'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and not __fish_seen_subcommand_from check checkpoint verify prove verify-proof cosign keygen help" -f -a "cosign" -d 'Add a witness\'s signature to a checkpoint'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and not __fish_seen_subcommand_from check checkpoint verify prove verify-proof cosign keygen help" -f -a "keygen" -d 'Make a key to sign with'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and not __fish_seen_subcommand_from check checkpoint verify prove verify-proof cosign keygen help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l rules -d 'Take the rules from this TOML file; flags go before it, and lists are put together' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l tolerance -d 'How far event times may go back, as in 5s' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l entity-version -d 'The versions of each entity (its streamId, or what --key names) count up by one, as in .metadata.version' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l first-version -d 'The version with which a history begins: a number, or any for a part of a history; 0 or 1 if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l require -d 'Every event has these fields, and they are not null' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l assert -d 'A jq condition that holds for every event; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l balanced -d 'Double entry: the amounts of each group add up to exactly zero, as in .data.txnId=.data.amount, or per currency .data.txnId,.data.currency=.data.amount' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l schema -d 'Every event meets this JSON Schema' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l not-before -d 'No event time lies before this time' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l not-after -d 'No event time lies after this time' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l types -d 'Every event has one of these types' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l skip -d 'Leave out rules that are held otherwise: lines, ids or order' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l type -d 'Path of the event type, as in --type .kind' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l format -d 'How the verdict is told' -r -f -a "text\t'Lines for people: file:line:column first'
json\t'One JSON object'
github\t'Workflow commands, which GitHub shows beside the lines'
junit\t'JUnit XML: a test for each finding, and one for each rule that holds'
sarif\t'SARIF 2.1.0, for code scanning'"
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l limit -d 'How many findings of each rule are shown; 0 shows all. All are counted' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -l max-steps -d 'How many steps a condition may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l origin -d 'The name of the log in the checkpoint; the name of the key, or the last part of SOURCE, if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l key -d 'Sign the checkpoint with this key, as bourn audit keygen wrote it' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l size -d 'Only the first N lines' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from verify" -l checkpoint -d 'The log must begin with the lines of this checkpoint or receipt (a file, or the receipt itself); several may be given' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from verify" -l vkey -d 'Require the signature of this key, given as NAME+ID+KEY or as a file of such lines; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from verify" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from verify" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from verify" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from prove" -l from -d 'Prove that the log begins with its first SIZE lines as they are' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from prove" -l checkpoint -d 'The checkpoint to prove it against, signatures and all; the log as it is now if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from prove" -l origin -d 'The name of the log in the checkpoint; the name of the key, or the last part of SOURCE, if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from prove" -l key -d 'Sign the checkpoint with this key, as bourn audit keygen wrote it' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from prove" -l size -d 'Only the first N lines' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from prove" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from verify-proof" -l checkpoint -d 'The proof must be about this checkpoint or receipt; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from verify-proof" -l vkey -d 'Require the signature of this key, given as NAME+ID+KEY or as a file of such lines; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from verify-proof" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from cosign" -l key -d 'The witness\'s key, as bourn audit keygen --witness wrote it' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from cosign" -l previous -d 'The checkpoint of the log that was signed before; the new one must go on from it' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from cosign" -l proof -d 'The proof that it does, from bourn audit prove --from' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from cosign" -l vkey -d 'Require the signature of this key, given as NAME+ID+KEY or as a file of such lines; may be given several times' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from cosign" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from keygen" -l out -d 'The file for the secret half; it must not exist yet' -r
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from keygen" -l witness -d 'A key of a witness, for audit cosign'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from keygen" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "check" -d 'Hold rules against every event, with each finding at its place'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "checkpoint" -d 'Pin the whole history in three lines'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check a stream against its seals and head, and any log against checkpoints and receipts'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "prove" -d 'Print a proof that an event is in the log, or that the log goes on from an earlier state'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify-proof" -d 'Check a proof without the log'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "cosign" -d 'Add a witness\'s signature to a checkpoint'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "keygen" -d 'Make a key to sign with'
complete -c bourn -n "__fish_bourn_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -l state -d 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user\'s state directory' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -f -a "run" -d 'Run a command for each batch of new events, and commit after it ended well'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -f -a "replay-dead-letter" -d 'Hand the events of dead letters to a command'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -f -a "commit" -d 'Commit an offset: everything before it is done'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -f -a "list" -d 'List the consumers of a stream'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -f -a "show" -d 'Show one consumer'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -f -a "lag" -d 'Show how far the consumers are behind the end, in events, bytes and event time; all of them, or one'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -f -a "reset" -d 'Set a consumer to another offset'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -f -a "delete" -d 'Forget a consumer'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and not __fish_seen_subcommand_from run replay-dead-letter commit list show lag reset delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l batch -d 'The most events of a batch' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l linger -d 'With --follow: how long a batch that is not full waits for more events, as in 500ms' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l retries -d 'How often a command that failed is run again' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l backoff -d 'The first and the longest pause before it is run again; each is twice the one before' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l timeout -d 'End a command that takes longer: it has failed' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l dead-letter -d 'Append the events of a batch that failed for good to this stream, with the reason, and go on; without it they end the run with exit 1' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l jobs -d 'How many commands run at once' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l by -d 'With --jobs: events with the same value here go to one command, in their order' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l into -d 'Append the lines that the command prints to this stream, exactly once: their metadata.source says which event of which stream was the last of their batch' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l mark -d 'Where the mark stands that makes the results exactly once: in their metadata.source, or in the head of the stream, and they stay as they were printed' -r -f -a "events\t'In the events, in metadata.source'
head\t'In the head of the stream'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l summary -d 'Tell at the end what was done, on standard error' -r -f -a "text\t'One line of text'
json\t'One JSON object'
none\t'Not at all'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l state -d 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user\'s state directory' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l per-event -d 'One event a batch; it is in BOURN_EVENT, too'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l follow -d 'Wait for new events at the end'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -l standby -d 'Wait while another instance runs as this consumer'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l batch -d 'The most events of a batch' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l linger -d 'With --follow: how long a batch that is not full waits for more events, as in 500ms' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l retries -d 'How often a command that failed is run again' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l backoff -d 'The first and the longest pause before it is run again; each is twice the one before' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l timeout -d 'End a command that takes longer: it has failed' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l dead-letter -d 'Append the events of a batch that failed for good to this stream, with the reason, and go on; without it they end the run with exit 1' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l jobs -d 'How many commands run at once' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l by -d 'With --jobs: events with the same value here go to one command, in their order' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l into -d 'Append the lines that the command prints to this stream, exactly once: their metadata.source says which event of which stream was the last of their batch' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l mark -d 'Where the mark stands that makes the results exactly once: in their metadata.source, or in the head of the stream, and they stay as they were printed' -r -f -a "events\t'In the events, in metadata.source'
head\t'In the head of the stream'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l summary -d 'Tell at the end what was done, on standard error' -r -f -a "text\t'One line of text'
json\t'One JSON object'
none\t'Not at all'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l state -d 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user\'s state directory' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l per-event -d 'One event a batch; it is in BOURN_EVENT, too'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l follow -d 'Wait for new events at the end'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -l standby -d 'Wait while another instance runs as this consumer'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from replay-dead-letter" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from commit" -l state -d 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user\'s state directory' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from commit" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from list" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from list" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from list" -l state -d 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user\'s state directory' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from list" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from show" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from show" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from show" -l state -d 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user\'s state directory' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from show" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from lag" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from lag" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from lag" -l state -d 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user\'s state directory' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from lag" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from lag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from reset" -l to -d 'earliest, latest, an offset, a time, -N or +N events from where it stands, or -2h (that long ago)' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from reset" -l by -d 'So many events (-5, +5) or so much event time (-2h, +30m) from where it stands' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from reset" -l to-consumer -d 'Where another consumer of the stream stands' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from reset" -l from-file -d 'Where a file says, with lines as bourn consumer list prints them' -r
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from reset" -l state -d 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user\'s state directory' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from reset" -l dry-run -d 'Print the old and the new offset and change nothing'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from delete" -l state -d 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user\'s state directory' -r -F
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run a command for each batch of new events, and commit after it ended well'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from help" -f -a "replay-dead-letter" -d 'Hand the events of dead letters to a command'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from help" -f -a "commit" -d 'Commit an offset: everything before it is done'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the consumers of a stream'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one consumer'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from help" -f -a "lag" -d 'Show how far the consumers are behind the end, in events, bytes and event time; all of them, or one'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from help" -f -a "reset" -d 'Set a consumer to another offset'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Forget a consumer'
complete -c bourn -n "__fish_bourn_using_subcommand consumer; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and not __fish_seen_subcommand_from init list stat repair seal redact help" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and not __fish_seen_subcommand_from init list stat repair seal redact help" -f -a "init" -d 'Make a stream, durably, with settings of its own'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and not __fish_seen_subcommand_from init list stat repair seal redact help" -f -a "list" -d 'List the streams under a directory'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and not __fish_seen_subcommand_from init list stat repair seal redact help" -f -a "stat" -d 'Show what a stream or file looks like: types, entities, times, disorder, sizes'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and not __fish_seen_subcommand_from init list stat repair seal redact help" -f -a "repair" -d 'Settle what a crash left at the end of a stream, and say what it was'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and not __fish_seen_subcommand_from init list stat repair seal redact help" -f -a "seal" -d 'Seal the active segment'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and not __fish_seen_subcommand_from init list stat repair seal redact help" -f -a "redact" -d 'Replace an event by a tombstone that keeps every proof valid'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and not __fish_seen_subcommand_from init list stat repair seal redact help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from init" -l segment-bytes -d 'The size at which a segment is sealed; 256 MiB if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from init" -l type -d 'Path of the event type, as in --type .kind' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from init" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from init" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from init" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from init" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from init" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from list" -l format -d 'Format of the results' -r -f -a "jsonl\t'One JSON object a line'
json\t'One JSON array'
csv\t'Comma-separated, nested fields as dotted columns'
tsv\t'Tab-separated'
table\t'Aligned columns for people'"
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from list" -l color -d 'Colours in tables' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from list" -l csv-safe -d 'Put a quote before CSV cells that a spreadsheet would take for a formula'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l on-error -d 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)' -r -f -a "fail\t'Stop at the first bad line'
skip\t'Count bad lines and go on'
quarantine\t'Keep them, too'"
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l quarantine -d 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l max-line -d 'The longest line, as in 1024, 64KiB or 256MiB' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l max-steps -d 'How many steps an interpreted expression may take for one event' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l threads -d 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l top -d 'How many of the most frequent types and entities are shown' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l format -d 'A page for people, or one JSON object' -r -f -a "table\t'A page for people'
json\t'One JSON object'"
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l where -d 'Only events for which this jq condition holds' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l type -d 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l stream -d 'Only events of this entity (its streamId, or what --key names)' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l from -d 'From this time or @OFFSET on, included' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l until -d 'Up to this time or @OFFSET, included' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l before -d 'Up to this time or @OFFSET, excluded' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l lateness -d 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l preset -d 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l time -d 'Path of the event time, as in --time .ts' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l time-unit -d 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l key -d 'Path of the entity, as in --key .orderId' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -l id -d 'Path of the event id, as in --id .uuid' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from stat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from repair" -l lock-timeout -d 'How long to wait for another writer, as in 5s; for ever if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from repair" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from seal" -l lock-timeout -d 'How long to wait for another writer, as in 5s; for ever if left out' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from seal" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from redact" -l reason -d 'Why, for those who find the tombstone' -r
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from redact" -l all -d 'Let nothing of the event stay'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from redact" -l yes -d 'Do it: it cannot be taken back'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from redact" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from help" -f -a "init" -d 'Make a stream, durably, with settings of its own'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the streams under a directory'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from help" -f -a "stat" -d 'Show what a stream or file looks like: types, entities, times, disorder, sizes'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from help" -f -a "repair" -d 'Settle what a crash left at the end of a stream, and say what it was'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from help" -f -a "seal" -d 'Seal the active segment'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from help" -f -a "redact" -d 'Replace an event by a tombstone that keeps every proof valid'
complete -c bourn -n "__fish_bourn_using_subcommand stream; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c bourn -n "__fish_bourn_using_subcommand completions" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand man" -s h -l help -d 'Print help'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "append" -d 'Add events to a stream, durably and in order'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "cat" -d 'Show events in arrival order, bytes unchanged'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "replay" -d 'Show the events of a stretch of event time'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "fold" -d 'Fold history into state: aggregates or a reducer of your own, per key'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "history" -d 'Show the timeline of one entity: what each event changed, and for how long'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "diff" -d 'Compare the states at two moments'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "window" -d 'Aggregate per window of event time, with late events told'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "join" -d 'Join two sources within a distance of event time'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "explain" -d 'Tell the fate of one event in a window or join'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "watermark" -d 'Pass on the events that are on time, and set the late ones apart'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "audit" -d 'Prove that the past is what it was: checkpoints, proofs, signatures'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "consumer" -d 'Named readers with offsets of their own'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "stream" -d 'Look at a stream, and look after it'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "completions" -d 'Print the completions of a shell'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "man" -d 'Print the manual page, of bourn or of one command'
complete -c bourn -n "__fish_bourn_using_subcommand help; and not __fish_seen_subcommand_from append cat replay fold history diff window join explain watermark audit consumer stream completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "check" -d 'Hold rules against every event, with each finding at its place'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "checkpoint" -d 'Pin the whole history in three lines'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Check a stream against its seals and head, and any log against checkpoints and receipts'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "prove" -d 'Print a proof that an event is in the log, or that the log goes on from an earlier state'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify-proof" -d 'Check a proof without the log'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "cosign" -d 'Add a witness\'s signature to a checkpoint'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "keygen" -d 'Make a key to sign with'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from consumer" -f -a "run" -d 'Run a command for each batch of new events, and commit after it ended well'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from consumer" -f -a "replay-dead-letter" -d 'Hand the events of dead letters to a command'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from consumer" -f -a "commit" -d 'Commit an offset: everything before it is done'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from consumer" -f -a "list" -d 'List the consumers of a stream'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from consumer" -f -a "show" -d 'Show one consumer'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from consumer" -f -a "lag" -d 'Show how far the consumers are behind the end, in events, bytes and event time; all of them, or one'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from consumer" -f -a "reset" -d 'Set a consumer to another offset'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from consumer" -f -a "delete" -d 'Forget a consumer'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from stream" -f -a "init" -d 'Make a stream, durably, with settings of its own'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from stream" -f -a "list" -d 'List the streams under a directory'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from stream" -f -a "stat" -d 'Show what a stream or file looks like: types, entities, times, disorder, sizes'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from stream" -f -a "repair" -d 'Settle what a crash left at the end of a stream, and say what it was'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from stream" -f -a "seal" -d 'Seal the active segment'
complete -c bourn -n "__fish_bourn_using_subcommand help; and __fish_seen_subcommand_from stream" -f -a "redact" -d 'Replace an event by a tombstone that keeps every proof valid'
