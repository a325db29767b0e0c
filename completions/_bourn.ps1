
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'bourn' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'bourn'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'bourn' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('append', 'append', [CompletionResultType]::ParameterValue, 'Add events to a stream, durably and in order')
            [CompletionResult]::new('cat', 'cat', [CompletionResultType]::ParameterValue, 'Show events in arrival order, bytes unchanged')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Show the events of a stretch of event time')
            [CompletionResult]::new('fold', 'fold', [CompletionResultType]::ParameterValue, 'Fold history into state: aggregates or a reducer of your own, per key')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show the timeline of one entity: what each event changed, and for how long')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare the states at two moments')
            [CompletionResult]::new('window', 'window', [CompletionResultType]::ParameterValue, 'Aggregate per window of event time, with late events told')
            [CompletionResult]::new('join', 'join', [CompletionResultType]::ParameterValue, 'Join two sources within a distance of event time')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Tell the fate of one event in a window or join')
            [CompletionResult]::new('watermark', 'watermark', [CompletionResultType]::ParameterValue, 'Pass on the events that are on time, and set the late ones apart')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Prove that the past is what it was: checkpoints, proofs, signatures')
            [CompletionResult]::new('consumer', 'consumer', [CompletionResultType]::ParameterValue, 'Named readers with offsets of their own')
            [CompletionResult]::new('stream', 'stream', [CompletionResultType]::ParameterValue, 'Look at a stream, and look after it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, of bourn or of one command')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'bourn;append' {
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'What happened, as in MoneyDeposited')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'The entity it is about, as in account-1')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Its data, as JSON')
            [CompletionResult]::new('--meta', '--meta', [CompletionResultType]::ParameterName, 'Metadata, as in --meta user=anna; may be given several times')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'When it happened; now if left out')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Its id; a new UUIDv7 if left out. Without --type: the path of the event id, as in --id .orderId')
            [CompletionResult]::new('--expect-end', '--expect-end', [CompletionResultType]::ParameterName, 'Store only if the stream holds exactly N events (or none: empty); otherwise exit 4')
            [CompletionResult]::new('--expect-version', '--expect-version', [CompletionResultType]::ParameterName, 'Store only if the last event of ENTITY has version N (the first one has 0), or if it has none, or if one exists; otherwise exit 4. May be given several times')
            [CompletionResult]::new('--unless', '--unless', [CompletionResultType]::ParameterName, 'Store only if no event of the stream meets this jq condition; otherwise exit 4')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--linger', '--linger', [CompletionResultType]::ParameterName, 'For endless input: store what has come, with a receipt, once its first line has waited so long, as in 50ms')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'How many lines make a batch that is stored as a whole; as many as fit into 16 MiB if left out')
            [CompletionResult]::new('--sync', '--sync', [CompletionResultType]::ParameterName, 'When data is forced to the device')
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'How long to wait for another writer, as in 5s; for ever if left out')
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line')
            [CompletionResult]::new('--no-create', '--no-create', [CompletionResultType]::ParameterName, 'Do not make the stream')
            [CompletionResult]::new('--verbatim', '--verbatim', [CompletionResultType]::ParameterName, 'Store lines as they are: add no eventId or timestamp to native events that lack them')
            [CompletionResult]::new('--unique', '--unique', [CompletionResultType]::ParameterName, 'Leave out events whose id the stream holds already, and count them; the same id with another content is an error')
            [CompletionResult]::new('--atomic', '--atomic', [CompletionResultType]::ParameterName, 'Store the whole input or nothing; always so with --expect-end, --expect-version and --unless')
            [CompletionResult]::new('--unsafe-fs', '--unsafe-fs', [CompletionResultType]::ParameterName, 'Append also when the stream is on a network file system, where locks and flushes may not hold')
            [CompletionResult]::new('--tee', '--tee', [CompletionResultType]::ParameterName, 'Pass the events on instead of printing a receipt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;cat' {
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Begin here: an offset, a time, earliest or latest (behind the last event)')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'End here, included: an offset or a time')
            [CompletionResult]::new('--lateness', '--lateness', [CompletionResultType]::ParameterName, 'No event lies further behind an earlier one than this, as stream stat tells: a stretch of time is then searched for by bisection in a file, and an event that does is an error')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many events')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'Only the last so many events')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Print what this jq expression gives instead of the event')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'Begin where this consumer of the stream or file stands')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the consumer is kept; otherwise in the stream, or beside the file, or in the user''s state directory')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--reverse', '--reverse', [CompletionResultType]::ParameterName, 'The last event first')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Wait for new events at the end')
            [CompletionResult]::new('--with-offset', '--with-offset', [CompletionResultType]::ParameterName, 'Print {"offset":…,"event":…}')
            [CompletionResult]::new('--commit', '--commit', [CompletionResultType]::ParameterName, 'Commit the consumer''s offset after the output was written and flushed')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;replay' {
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'From this time or @OFFSET on, included')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Up to this time or @OFFSET, included')
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'Up to this time or @OFFSET, excluded')
            [CompletionResult]::new('--lateness', '--lateness', [CompletionResultType]::ParameterName, 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--watermark', '--watermark', [CompletionResultType]::ParameterName, 'With --sort: how late events may be, so that few are held back; a later one is told, and goes to --late-to')
            [CompletionResult]::new('--late-to', '--late-to', [CompletionResultType]::ParameterName, 'Write events that are too late to be sorted to this file, or append them to this stream')
            [CompletionResult]::new('--speed', '--speed', [CompletionResultType]::ParameterName, 'Keep the gaps between the events: realtime, so many times faster as in 10x or 0.5x, or max')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Print what this jq expression gives instead of the event')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Put the events in the order of their time; of equals the one that arrived first goes first')
            [CompletionResult]::new('--fail-on-late', '--fail-on-late', [CompletionResultType]::ParameterName, 'Exit 1 when an event was late')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;fold' {
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'One group per value of these paths, as in --by .userId,.data.currency or --by ''day=.timestamp[:10]''')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'An aggregate, as in -a ''total=sum(.data.amount) where .eventType == "Paid"''; may be given several times')
            [CompletionResult]::new('--aggregate', '--aggregate', [CompletionResultType]::ParameterName, 'An aggregate, as in -a ''total=sum(.data.amount) where .eventType == "Paid"''; may be given several times')
            [CompletionResult]::new('--init', '--init', [CompletionResultType]::ParameterName, 'The first state of --reduce, as JSON')
            [CompletionResult]::new('--reduce', '--reduce', [CompletionResultType]::ParameterName, 'A reducer in jq: . is the state, $e the event, the result the next state')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'A file that holds the reducer')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A file that holds the reducer')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The states as they were at each of these moments, in one pass; events may be out of order')
            [CompletionResult]::new('--emit', '--emit', [CompletionResultType]::ParameterName, 'What comes out: the final states, or every change')
            [CompletionResult]::new('--assert', '--assert', [CompletionResultType]::ParameterName, 'A condition that every state on the way must meet; exit 1 with the event that broke it')
            [CompletionResult]::new('--assert-final', '--assert-final', [CompletionResultType]::ParameterName, 'A condition that the last states must meet')
            [CompletionResult]::new('--having', '--having', [CompletionResultType]::ParameterName, 'Only rows for which this jq condition holds')
            [CompletionResult]::new('--sort-by', '--sort-by', [CompletionResultType]::ParameterName, 'Sort the rows by this jq expression; a leading - sorts the largest first')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'Only the N largest rows by --sort-by, or by the first aggregate')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'What comes out of a row, in jq')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'From this time or @OFFSET on, included')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Up to this time or @OFFSET, included')
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'Up to this time or @OFFSET, excluded')
            [CompletionResult]::new('--lateness', '--lateness', [CompletionResultType]::ParameterName, 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'Write the results to this file, or append them to this stream, instead of printing them; csv:FILE and tsv:FILE write a table. With fold, sqlite:FILE#TABLE keeps a table up to date: each run reads only what is new')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on where the last run of this name stopped, and keep for the next one what is open at the end')
            [CompletionResult]::new('--snapshot', '--snapshot', [CompletionResultType]::ParameterName, 'Go on where the last run of this name stopped, and keep for the next one what is open at the end')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the runs are kept; otherwise in the first source, or beside it when it is a file')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--table', '--table', [CompletionResultType]::ParameterName, 'Read a changelog (rows with a "key") and keep the latest row of each key: the inverse of --emit updates')
            [CompletionResult]::new('--ties', '--ties', [CompletionResultType]::ParameterName, 'With --top, also the rows that are equal to the last of them')
            [CompletionResult]::new('--drain', '--drain', [CompletionResultType]::ParameterName, 'The sources are complete: close what is open, as a run without --resume does')
            [CompletionResult]::new('--rebuild', '--rebuild', [CompletionResultType]::ParameterName, 'Start from the beginning, also when the job has changed since the last run')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;history' {
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Only events that have this value at this path, as in --by .userId=123; may be given several times')
            [CompletionResult]::new('--merge', '--merge', [CompletionResultType]::ParameterName, 'The object that each event lays over the state (JSON Merge Patch: null takes a field away)')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'An aggregate as part of the state, as in -a ''balance=sum(.data.amount)''; may be given several times')
            [CompletionResult]::new('--aggregate', '--aggregate', [CompletionResultType]::ParameterName, 'An aggregate as part of the state, as in -a ''balance=sum(.data.amount)''; may be given several times')
            [CompletionResult]::new('--init', '--init', [CompletionResultType]::ParameterName, 'The first state of --reduce, as JSON')
            [CompletionResult]::new('--reduce', '--reduce', [CompletionResultType]::ParameterName, 'A reducer in jq: . is the state, $e the event, the result the next state')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'A file that holds the reducer')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A file that holds the reducer')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'From this time or @OFFSET on, included')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Up to this time or @OFFSET, included')
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'Up to this time or @OFFSET, excluded')
            [CompletionResult]::new('--lateness', '--lateness', [CompletionResultType]::ParameterName, 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--with-state', '--with-state', [CompletionResultType]::ParameterName, 'Tell the whole state after each event, too')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;diff' {
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The first moment: a time or @OFFSET; its events are included')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The second moment; the end of the history if left out')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'One state per value of these paths, as in --by .userId,.data.currency')
            [CompletionResult]::new('--merge', '--merge', [CompletionResultType]::ParameterName, 'The object that each event lays over the state (JSON Merge Patch: null takes a field away)')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'An aggregate as part of the state, as in -a ''balance=sum(.data.amount)''; may be given several times')
            [CompletionResult]::new('--aggregate', '--aggregate', [CompletionResultType]::ParameterName, 'An aggregate as part of the state, as in -a ''balance=sum(.data.amount)''; may be given several times')
            [CompletionResult]::new('--init', '--init', [CompletionResultType]::ParameterName, 'The first state of --reduce, as JSON')
            [CompletionResult]::new('--reduce', '--reduce', [CompletionResultType]::ParameterName, 'A reducer in jq: . is the state, $e the event, the result the next state')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'A file that holds the reducer')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A file that holds the reducer')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;window' {
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--tumbling', '--tumbling', [CompletionResultType]::ParameterName, 'Windows of this size, side by side; 1d, 1w, 1mo, 1q and 1y are civil sizes in --tz')
            [CompletionResult]::new('--hopping', '--hopping', [CompletionResultType]::ParameterName, 'Windows of a size that begin every so often, as in --hopping 5m/1m')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'Windows that end after a gap without events')
            [CompletionResult]::new('--anchored', '--anchored', [CompletionResultType]::ParameterName, 'Windows per key that begin with the key''s first event')
            [CompletionResult]::new('--sliding', '--sliding', [CompletionResultType]::ParameterName, 'For each event the window of this size that ends with it, both ends included')
            [CompletionResult]::new('--late-by', '--late-by', [CompletionResultType]::ParameterName, 'What makes an event late: its window being closed, or (stricter) being older than the watermark')
            [CompletionResult]::new('--clock', '--clock', [CompletionResultType]::ParameterName, 'Whether an event counts at its own time, or at the time at which it arrives')
            [CompletionResult]::new('--idle', '--idle', [CompletionResultType]::ParameterName, 'With --merge and --follow: a source that is silent for so long is left out until it speaks again')
            [CompletionResult]::new('--emit', '--emit', [CompletionResultType]::ParameterName, 'What comes out: final (each window once, when it closes), updates (every change, numbered by rev), or, as in every:10s, what has changed at each 10 s of stream time, and each window once more when it closes')
            [CompletionResult]::new('--fill-limit', '--fill-limit', [CompletionResultType]::ParameterName, 'How many empty windows in a row --fill writes; more are an error')
            [CompletionResult]::new('--watermark', '--watermark', [CompletionResultType]::ParameterName, 'How late events may be: the watermark is the largest event time so far less this')
            [CompletionResult]::new('--grace', '--grace', [CompletionResultType]::ParameterName, 'How much longer than that windows stay open, and rows wait for partners')
            [CompletionResult]::new('--max-ahead', '--max-ahead', [CompletionResultType]::ParameterName, 'An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock must not close all')
            [CompletionResult]::new('--late-to', '--late-to', [CompletionResultType]::ParameterName, 'Write late events to this file, or append them to this stream, with what they missed and by how much')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Print times in this time zone, as in Europe/Vienna; UTC if left out')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'One group per value of these paths, as in --by .userId,.data.currency or --by ''day=.timestamp[:10]''')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'An aggregate, as in -a ''total=sum(.data.amount) where .eventType == "Paid"''; may be given several times')
            [CompletionResult]::new('--aggregate', '--aggregate', [CompletionResultType]::ParameterName, 'An aggregate, as in -a ''total=sum(.data.amount) where .eventType == "Paid"''; may be given several times')
            [CompletionResult]::new('--having', '--having', [CompletionResultType]::ParameterName, 'Only rows for which this jq condition holds')
            [CompletionResult]::new('--sort-by', '--sort-by', [CompletionResultType]::ParameterName, 'Sort the rows by this jq expression; a leading - sorts the largest first')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'Only the N largest rows by --sort-by, or by the first aggregate')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'What comes out of a row, in jq')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'From this time or @OFFSET on, included')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Up to this time or @OFFSET, included')
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'Up to this time or @OFFSET, excluded')
            [CompletionResult]::new('--lateness', '--lateness', [CompletionResultType]::ParameterName, 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'Write the results to this file, or append them to this stream, instead of printing them; csv:FILE and tsv:FILE write a table. With fold, sqlite:FILE#TABLE keeps a table up to date: each run reads only what is new')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on where the last run of this name stopped, and keep for the next one what is open at the end')
            [CompletionResult]::new('--snapshot', '--snapshot', [CompletionResultType]::ParameterName, 'Go on where the last run of this name stopped, and keep for the next one what is open at the end')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the runs are kept; otherwise in the first source, or beside it when it is a file')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--sliding-all', '--sliding-all', [CompletionResultType]::ParameterName, 'With --sliding, also the windows that begin just after an event')
            [CompletionResult]::new('--merge', '--merge', [CompletionResultType]::ParameterName, 'Each source has its own stream time, and the smallest counts')
            [CompletionResult]::new('--fill', '--fill', [CompletionResultType]::ParameterName, 'Also the empty windows between the first and the last result of each key')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Wait for new events at the end')
            [CompletionResult]::new('--fail-on-late', '--fail-on-late', [CompletionResultType]::ParameterName, 'Exit 1 when an event was late')
            [CompletionResult]::new('--ties', '--ties', [CompletionResultType]::ParameterName, 'With --top, also the rows that are equal to the last of them')
            [CompletionResult]::new('--per-window', '--per-window', [CompletionResultType]::ParameterName, '--sort-by and --top order the rows of each window by themselves')
            [CompletionResult]::new('--drain', '--drain', [CompletionResultType]::ParameterName, 'The sources are complete: close what is open, as a run without --resume does')
            [CompletionResult]::new('--rebuild', '--rebuild', [CompletionResultType]::ParameterName, 'Start from the beginning, also when the job has changed since the last run')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;join' {
            [CompletionResult]::new('--on', '--on', [CompletionResultType]::ParameterName, 'The paths that must be equal, as in --on .userId,.productId')
            [CompletionResult]::new('--on-right', '--on-right', [CompletionResultType]::ParameterName, 'The paths of the right side, in the same order, where they differ')
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Which rows come out')
            [CompletionResult]::new('--left-key', '--left-key', [CompletionResultType]::ParameterName, 'With --tables: the key of the left table, where --on names what refers to the right one')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'With --as-of: how old the right row may be')
            [CompletionResult]::new('--table-value', '--table-value', [CompletionResultType]::ParameterName, 'The path whose being null deletes the key in a table; otherwise "deleted":true, "retracted":true, or null as state or data')
            [CompletionResult]::new('--within', '--within', [CompletionResultType]::ParameterName, 'How far apart the two may be, both ways')
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'How far the right one may lie before the left one')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'How far the right one may lie after the left one')
            [CompletionResult]::new('--watermark', '--watermark', [CompletionResultType]::ParameterName, 'How late events may be: the watermark is the largest event time so far less this')
            [CompletionResult]::new('--grace', '--grace', [CompletionResultType]::ParameterName, 'How much longer than that windows stay open, and rows wait for partners')
            [CompletionResult]::new('--max-ahead', '--max-ahead', [CompletionResultType]::ParameterName, 'An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock must not close all')
            [CompletionResult]::new('--late-to', '--late-to', [CompletionResultType]::ParameterName, 'Write late events to this file, or append them to this stream, with what they missed and by how much')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Print times in this time zone, as in Europe/Vienna; UTC if left out')
            [CompletionResult]::new('--watermark-right', '--watermark-right', [CompletionResultType]::ParameterName, 'How late events of the right side may be, where that differs')
            [CompletionResult]::new('--grace-right', '--grace-right', [CompletionResultType]::ParameterName, 'How much longer right rows wait, where that differs')
            [CompletionResult]::new('--idle', '--idle', [CompletionResultType]::ParameterName, 'With --follow: a side that is silent for so long is left out until it speaks again')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'What comes out of a pair, in jq, from .left, .right, .key and .gap')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'Write the results to this file, or append them to this stream, instead of printing them; csv:FILE and tsv:FILE write a table. With fold, sqlite:FILE#TABLE keeps a table up to date: each run reads only what is new')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on where the last run of this name stopped, and keep for the next one what is open at the end')
            [CompletionResult]::new('--snapshot', '--snapshot', [CompletionResultType]::ParameterName, 'Go on where the last run of this name stopped, and keep for the next one what is open at the end')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the runs are kept; otherwise in the first source, or beside it when it is a file')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'The right side is a table: a left row meets the latest right row of its key at or before its own time')
            [CompletionResult]::new('--tables', '--tables', [CompletionResultType]::ParameterName, 'Both sides are tables (changelogs): every change of the joined table comes out, and deletions as "deleted":true')
            [CompletionResult]::new('--fail-on-late', '--fail-on-late', [CompletionResultType]::ParameterName, 'Exit 1 when an event was late')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Wait for new events at the end')
            [CompletionResult]::new('--drain', '--drain', [CompletionResultType]::ParameterName, 'The sources are complete: close what is open, as a run without --resume does')
            [CompletionResult]::new('--rebuild', '--rebuild', [CompletionResultType]::ParameterName, 'Start from the beginning, also when the job has changed since the last run')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;explain' {
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'The id of the event, or its @OFFSET')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How it is told')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;watermark' {
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--watermark', '--watermark', [CompletionResultType]::ParameterName, 'How late events may be')
            [CompletionResult]::new('--max-ahead', '--max-ahead', [CompletionResultType]::ParameterName, 'An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock must not make all others late')
            [CompletionResult]::new('--late-to', '--late-to', [CompletionResultType]::ParameterName, 'Write late events to this file, or append them to this stream, with by how much they are late')
            [CompletionResult]::new('--tz', '--tz', [CompletionResultType]::ParameterName, 'Print times in this time zone, as in Europe/Vienna; UTC if left out')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Wait for more at the end, until a signal comes')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Also put the events in the order of their time; each is held back until the watermark has come to it')
            [CompletionResult]::new('--fail-on-late', '--fail-on-late', [CompletionResultType]::ParameterName, 'Exit 1 when an event was late')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;audit' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Hold rules against every event, with each finding at its place')
            [CompletionResult]::new('checkpoint', 'checkpoint', [CompletionResultType]::ParameterValue, 'Pin the whole history in three lines')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check a stream against its seals and head, and any log against checkpoints and receipts')
            [CompletionResult]::new('prove', 'prove', [CompletionResultType]::ParameterValue, 'Print a proof that an event is in the log, or that the log goes on from an earlier state')
            [CompletionResult]::new('verify-proof', 'verify-proof', [CompletionResultType]::ParameterValue, 'Check a proof without the log')
            [CompletionResult]::new('cosign', 'cosign', [CompletionResultType]::ParameterValue, 'Add a witness''s signature to a checkpoint')
            [CompletionResult]::new('keygen', 'keygen', [CompletionResultType]::ParameterValue, 'Make a key to sign with')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'bourn;audit;check' {
            [CompletionResult]::new('--rules', '--rules', [CompletionResultType]::ParameterName, 'Take the rules from this TOML file; flags go before it, and lists are put together')
            [CompletionResult]::new('--tolerance', '--tolerance', [CompletionResultType]::ParameterName, 'How far event times may go back, as in 5s')
            [CompletionResult]::new('--entity-version', '--entity-version', [CompletionResultType]::ParameterName, 'The versions of each entity (its streamId, or what --key names) count up by one, as in .metadata.version')
            [CompletionResult]::new('--first-version', '--first-version', [CompletionResultType]::ParameterName, 'The version with which a history begins: a number, or any for a part of a history; 0 or 1 if left out')
            [CompletionResult]::new('--require', '--require', [CompletionResultType]::ParameterName, 'Every event has these fields, and they are not null')
            [CompletionResult]::new('--assert', '--assert', [CompletionResultType]::ParameterName, 'A jq condition that holds for every event; may be given several times')
            [CompletionResult]::new('--balanced', '--balanced', [CompletionResultType]::ParameterName, 'Double entry: the amounts of each group add up to exactly zero, as in .data.txnId=.data.amount, or per currency .data.txnId,.data.currency=.data.amount')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Every event meets this JSON Schema')
            [CompletionResult]::new('--not-before', '--not-before', [CompletionResultType]::ParameterName, 'No event time lies before this time')
            [CompletionResult]::new('--not-after', '--not-after', [CompletionResultType]::ParameterName, 'No event time lies after this time')
            [CompletionResult]::new('--types', '--types', [CompletionResultType]::ParameterName, 'Every event has one of these types')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Leave out rules that are held otherwise: lines, ids or order')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Path of the event type, as in --type .kind')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the verdict is told')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'How many findings of each rule are shown; 0 shows all. All are counted')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps a condition may take for one event')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;audit;checkpoint' {
            [CompletionResult]::new('--origin', '--origin', [CompletionResultType]::ParameterName, 'The name of the log in the checkpoint; the name of the key, or the last part of SOURCE, if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Sign the checkpoint with this key, as bourn audit keygen wrote it')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Only the first N lines')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;audit;verify' {
            [CompletionResult]::new('--checkpoint', '--checkpoint', [CompletionResultType]::ParameterName, 'The log must begin with the lines of this checkpoint or receipt (a file, or the receipt itself); several may be given')
            [CompletionResult]::new('--vkey', '--vkey', [CompletionResultType]::ParameterName, 'Require the signature of this key, given as NAME+ID+KEY or as a file of such lines; may be given several times')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;audit;prove' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Prove that the log begins with its first SIZE lines as they are')
            [CompletionResult]::new('--checkpoint', '--checkpoint', [CompletionResultType]::ParameterName, 'The checkpoint to prove it against, signatures and all; the log as it is now if left out')
            [CompletionResult]::new('--origin', '--origin', [CompletionResultType]::ParameterName, 'The name of the log in the checkpoint; the name of the key, or the last part of SOURCE, if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Sign the checkpoint with this key, as bourn audit keygen wrote it')
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Only the first N lines')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;audit;verify-proof' {
            [CompletionResult]::new('--checkpoint', '--checkpoint', [CompletionResultType]::ParameterName, 'The proof must be about this checkpoint or receipt; may be given several times')
            [CompletionResult]::new('--vkey', '--vkey', [CompletionResultType]::ParameterName, 'Require the signature of this key, given as NAME+ID+KEY or as a file of such lines; may be given several times')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;audit;cosign' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The witness''s key, as bourn audit keygen --witness wrote it')
            [CompletionResult]::new('--previous', '--previous', [CompletionResultType]::ParameterName, 'The checkpoint of the log that was signed before; the new one must go on from it')
            [CompletionResult]::new('--proof', '--proof', [CompletionResultType]::ParameterName, 'The proof that it does, from bourn audit prove --from')
            [CompletionResult]::new('--vkey', '--vkey', [CompletionResultType]::ParameterName, 'Require the signature of this key, given as NAME+ID+KEY or as a file of such lines; may be given several times')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;audit;keygen' {
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'The file for the secret half; it must not exist yet')
            [CompletionResult]::new('--witness', '--witness', [CompletionResultType]::ParameterName, 'A key of a witness, for audit cosign')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;audit;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Hold rules against every event, with each finding at its place')
            [CompletionResult]::new('checkpoint', 'checkpoint', [CompletionResultType]::ParameterValue, 'Pin the whole history in three lines')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check a stream against its seals and head, and any log against checkpoints and receipts')
            [CompletionResult]::new('prove', 'prove', [CompletionResultType]::ParameterValue, 'Print a proof that an event is in the log, or that the log goes on from an earlier state')
            [CompletionResult]::new('verify-proof', 'verify-proof', [CompletionResultType]::ParameterValue, 'Check a proof without the log')
            [CompletionResult]::new('cosign', 'cosign', [CompletionResultType]::ParameterValue, 'Add a witness''s signature to a checkpoint')
            [CompletionResult]::new('keygen', 'keygen', [CompletionResultType]::ParameterValue, 'Make a key to sign with')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'bourn;audit;help;check' {
            break
        }
        'bourn;audit;help;checkpoint' {
            break
        }
        'bourn;audit;help;verify' {
            break
        }
        'bourn;audit;help;prove' {
            break
        }
        'bourn;audit;help;verify-proof' {
            break
        }
        'bourn;audit;help;cosign' {
            break
        }
        'bourn;audit;help;keygen' {
            break
        }
        'bourn;audit;help;help' {
            break
        }
        'bourn;consumer' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run a command for each batch of new events, and commit after it ended well')
            [CompletionResult]::new('replay-dead-letter', 'replay-dead-letter', [CompletionResultType]::ParameterValue, 'Hand the events of dead letters to a command')
            [CompletionResult]::new('commit', 'commit', [CompletionResultType]::ParameterValue, 'Commit an offset: everything before it is done')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the consumers of a stream')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one consumer')
            [CompletionResult]::new('lag', 'lag', [CompletionResultType]::ParameterValue, 'Show how far the consumers are behind the end, in events, bytes and event time; all of them, or one')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Set a consumer to another offset')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Forget a consumer')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'bourn;consumer;run' {
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'The most events of a batch')
            [CompletionResult]::new('--linger', '--linger', [CompletionResultType]::ParameterName, 'With --follow: how long a batch that is not full waits for more events, as in 500ms')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'How often a command that failed is run again')
            [CompletionResult]::new('--backoff', '--backoff', [CompletionResultType]::ParameterName, 'The first and the longest pause before it is run again; each is twice the one before')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'End a command that takes longer: it has failed')
            [CompletionResult]::new('--dead-letter', '--dead-letter', [CompletionResultType]::ParameterName, 'Append the events of a batch that failed for good to this stream, with the reason, and go on; without it they end the run with exit 1')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many commands run at once')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'With --jobs: events with the same value here go to one command, in their order')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'Append the lines that the command prints to this stream, exactly once: their metadata.source says which event of which stream was the last of their batch')
            [CompletionResult]::new('--mark', '--mark', [CompletionResultType]::ParameterName, 'Where the mark stands that makes the results exactly once: in their metadata.source, or in the head of the stream, and they stay as they were printed')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Tell at the end what was done, on standard error')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory')
            [CompletionResult]::new('--per-event', '--per-event', [CompletionResultType]::ParameterName, 'One event a batch; it is in BOURN_EVENT, too')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Wait for new events at the end')
            [CompletionResult]::new('--standby', '--standby', [CompletionResultType]::ParameterName, 'Wait while another instance runs as this consumer')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;consumer;replay-dead-letter' {
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'The most events of a batch')
            [CompletionResult]::new('--linger', '--linger', [CompletionResultType]::ParameterName, 'With --follow: how long a batch that is not full waits for more events, as in 500ms')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'How often a command that failed is run again')
            [CompletionResult]::new('--backoff', '--backoff', [CompletionResultType]::ParameterName, 'The first and the longest pause before it is run again; each is twice the one before')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'End a command that takes longer: it has failed')
            [CompletionResult]::new('--dead-letter', '--dead-letter', [CompletionResultType]::ParameterName, 'Append the events of a batch that failed for good to this stream, with the reason, and go on; without it they end the run with exit 1')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many commands run at once')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'With --jobs: events with the same value here go to one command, in their order')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'Append the lines that the command prints to this stream, exactly once: their metadata.source says which event of which stream was the last of their batch')
            [CompletionResult]::new('--mark', '--mark', [CompletionResultType]::ParameterName, 'Where the mark stands that makes the results exactly once: in their metadata.source, or in the head of the stream, and they stay as they were printed')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Tell at the end what was done, on standard error')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory')
            [CompletionResult]::new('--per-event', '--per-event', [CompletionResultType]::ParameterName, 'One event a batch; it is in BOURN_EVENT, too')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Wait for new events at the end')
            [CompletionResult]::new('--standby', '--standby', [CompletionResultType]::ParameterName, 'Wait while another instance runs as this consumer')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;consumer;commit' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;consumer;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;consumer;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;consumer;lag' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;consumer;reset' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'earliest, latest, an offset, a time, -N or +N events from where it stands, or -2h (that long ago)')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'So many events (-5, +5) or so much event time (-2h, +30m) from where it stands')
            [CompletionResult]::new('--to-consumer', '--to-consumer', [CompletionResultType]::ParameterName, 'Where another consumer of the stream stands')
            [CompletionResult]::new('--from-file', '--from-file', [CompletionResultType]::ParameterName, 'Where a file says, with lines as bourn consumer list prints them')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the old and the new offset and change nothing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;consumer;delete' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;consumer;help' {
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run a command for each batch of new events, and commit after it ended well')
            [CompletionResult]::new('replay-dead-letter', 'replay-dead-letter', [CompletionResultType]::ParameterValue, 'Hand the events of dead letters to a command')
            [CompletionResult]::new('commit', 'commit', [CompletionResultType]::ParameterValue, 'Commit an offset: everything before it is done')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the consumers of a stream')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one consumer')
            [CompletionResult]::new('lag', 'lag', [CompletionResultType]::ParameterValue, 'Show how far the consumers are behind the end, in events, bytes and event time; all of them, or one')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Set a consumer to another offset')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Forget a consumer')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'bourn;consumer;help;run' {
            break
        }
        'bourn;consumer;help;replay-dead-letter' {
            break
        }
        'bourn;consumer;help;commit' {
            break
        }
        'bourn;consumer;help;list' {
            break
        }
        'bourn;consumer;help;show' {
            break
        }
        'bourn;consumer;help;lag' {
            break
        }
        'bourn;consumer;help;reset' {
            break
        }
        'bourn;consumer;help;delete' {
            break
        }
        'bourn;consumer;help;help' {
            break
        }
        'bourn;stream' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make a stream, durably, with settings of its own')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the streams under a directory')
            [CompletionResult]::new('stat', 'stat', [CompletionResultType]::ParameterValue, 'Show what a stream or file looks like: types, entities, times, disorder, sizes')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Settle what a crash left at the end of a stream, and say what it was')
            [CompletionResult]::new('seal', 'seal', [CompletionResultType]::ParameterValue, 'Seal the active segment')
            [CompletionResult]::new('redact', 'redact', [CompletionResultType]::ParameterValue, 'Replace an event by a tombstone that keeps every proof valid')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'bourn;stream;init' {
            [CompletionResult]::new('--segment-bytes', '--segment-bytes', [CompletionResultType]::ParameterName, 'The size at which a segment is sealed; 256 MiB if left out')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Path of the event type, as in --type .kind')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;stream;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the results')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours in tables')
            [CompletionResult]::new('--csv-safe', '--csv-safe', [CompletionResultType]::ParameterName, 'Put a quote before CSV cells that a spreadsheet would take for a formula')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;stream;stat' {
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)')
            [CompletionResult]::new('--quarantine', '--quarantine', [CompletionResultType]::ParameterName, 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line, as in 1024, 64KiB or 256MiB')
            [CompletionResult]::new('--max-steps', '--max-steps', [CompletionResultType]::ParameterName, 'How many steps an interpreted expression may take for one event')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'How many of the most frequent types and entities are shown')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'A page for people, or one JSON object')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only events for which this jq condition holds')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is')
            [CompletionResult]::new('--stream', '--stream', [CompletionResultType]::ParameterName, 'Only events of this entity (its streamId, or what --key names)')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'From this time or @OFFSET on, included')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Up to this time or @OFFSET, included')
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'Up to this time or @OFFSET, excluded')
            [CompletionResult]::new('--lateness', '--lateness', [CompletionResultType]::ParameterName, 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error')
            [CompletionResult]::new('--preset', '--preset', [CompletionResultType]::ParameterName, 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Path of the event time, as in --time .ts')
            [CompletionResult]::new('--time-unit', '--time-unit', [CompletionResultType]::ParameterName, 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Path of the entity, as in --key .orderId')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Path of the event id, as in --id .uuid')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'bourn;stream;repair' {
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'How long to wait for another writer, as in 5s; for ever if left out')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;stream;seal' {
            [CompletionResult]::new('--lock-timeout', '--lock-timeout', [CompletionResultType]::ParameterName, 'How long to wait for another writer, as in 5s; for ever if left out')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;stream;redact' {
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for those who find the tombstone')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Let nothing of the event stay')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do it: it cannot be taken back')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;stream;help' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make a stream, durably, with settings of its own')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the streams under a directory')
            [CompletionResult]::new('stat', 'stat', [CompletionResultType]::ParameterValue, 'Show what a stream or file looks like: types, entities, times, disorder, sizes')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Settle what a crash left at the end of a stream, and say what it was')
            [CompletionResult]::new('seal', 'seal', [CompletionResultType]::ParameterValue, 'Seal the active segment')
            [CompletionResult]::new('redact', 'redact', [CompletionResultType]::ParameterValue, 'Replace an event by a tombstone that keeps every proof valid')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'bourn;stream;help;init' {
            break
        }
        'bourn;stream;help;list' {
            break
        }
        'bourn;stream;help;stat' {
            break
        }
        'bourn;stream;help;repair' {
            break
        }
        'bourn;stream;help;seal' {
            break
        }
        'bourn;stream;help;redact' {
            break
        }
        'bourn;stream;help;help' {
            break
        }
        'bourn;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'bourn;help' {
            [CompletionResult]::new('append', 'append', [CompletionResultType]::ParameterValue, 'Add events to a stream, durably and in order')
            [CompletionResult]::new('cat', 'cat', [CompletionResultType]::ParameterValue, 'Show events in arrival order, bytes unchanged')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Show the events of a stretch of event time')
            [CompletionResult]::new('fold', 'fold', [CompletionResultType]::ParameterValue, 'Fold history into state: aggregates or a reducer of your own, per key')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Show the timeline of one entity: what each event changed, and for how long')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare the states at two moments')
            [CompletionResult]::new('window', 'window', [CompletionResultType]::ParameterValue, 'Aggregate per window of event time, with late events told')
            [CompletionResult]::new('join', 'join', [CompletionResultType]::ParameterValue, 'Join two sources within a distance of event time')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Tell the fate of one event in a window or join')
            [CompletionResult]::new('watermark', 'watermark', [CompletionResultType]::ParameterValue, 'Pass on the events that are on time, and set the late ones apart')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'Prove that the past is what it was: checkpoints, proofs, signatures')
            [CompletionResult]::new('consumer', 'consumer', [CompletionResultType]::ParameterValue, 'Named readers with offsets of their own')
            [CompletionResult]::new('stream', 'stream', [CompletionResultType]::ParameterValue, 'Look at a stream, and look after it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, of bourn or of one command')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'bourn;help;append' {
            break
        }
        'bourn;help;cat' {
            break
        }
        'bourn;help;replay' {
            break
        }
        'bourn;help;fold' {
            break
        }
        'bourn;help;history' {
            break
        }
        'bourn;help;diff' {
            break
        }
        'bourn;help;window' {
            break
        }
        'bourn;help;join' {
            break
        }
        'bourn;help;explain' {
            break
        }
        'bourn;help;watermark' {
            break
        }
        'bourn;help;audit' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Hold rules against every event, with each finding at its place')
            [CompletionResult]::new('checkpoint', 'checkpoint', [CompletionResultType]::ParameterValue, 'Pin the whole history in three lines')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check a stream against its seals and head, and any log against checkpoints and receipts')
            [CompletionResult]::new('prove', 'prove', [CompletionResultType]::ParameterValue, 'Print a proof that an event is in the log, or that the log goes on from an earlier state')
            [CompletionResult]::new('verify-proof', 'verify-proof', [CompletionResultType]::ParameterValue, 'Check a proof without the log')
            [CompletionResult]::new('cosign', 'cosign', [CompletionResultType]::ParameterValue, 'Add a witness''s signature to a checkpoint')
            [CompletionResult]::new('keygen', 'keygen', [CompletionResultType]::ParameterValue, 'Make a key to sign with')
            break
        }
        'bourn;help;audit;check' {
            break
        }
        'bourn;help;audit;checkpoint' {
            break
        }
        'bourn;help;audit;verify' {
            break
        }
        'bourn;help;audit;prove' {
            break
        }
        'bourn;help;audit;verify-proof' {
            break
        }
        'bourn;help;audit;cosign' {
            break
        }
        'bourn;help;audit;keygen' {
            break
        }
        'bourn;help;consumer' {
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run a command for each batch of new events, and commit after it ended well')
            [CompletionResult]::new('replay-dead-letter', 'replay-dead-letter', [CompletionResultType]::ParameterValue, 'Hand the events of dead letters to a command')
            [CompletionResult]::new('commit', 'commit', [CompletionResultType]::ParameterValue, 'Commit an offset: everything before it is done')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the consumers of a stream')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one consumer')
            [CompletionResult]::new('lag', 'lag', [CompletionResultType]::ParameterValue, 'Show how far the consumers are behind the end, in events, bytes and event time; all of them, or one')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Set a consumer to another offset')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Forget a consumer')
            break
        }
        'bourn;help;consumer;run' {
            break
        }
        'bourn;help;consumer;replay-dead-letter' {
            break
        }
        'bourn;help;consumer;commit' {
            break
        }
        'bourn;help;consumer;list' {
            break
        }
        'bourn;help;consumer;show' {
            break
        }
        'bourn;help;consumer;lag' {
            break
        }
        'bourn;help;consumer;reset' {
            break
        }
        'bourn;help;consumer;delete' {
            break
        }
        'bourn;help;stream' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make a stream, durably, with settings of its own')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the streams under a directory')
            [CompletionResult]::new('stat', 'stat', [CompletionResultType]::ParameterValue, 'Show what a stream or file looks like: types, entities, times, disorder, sizes')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Settle what a crash left at the end of a stream, and say what it was')
            [CompletionResult]::new('seal', 'seal', [CompletionResultType]::ParameterValue, 'Seal the active segment')
            [CompletionResult]::new('redact', 'redact', [CompletionResultType]::ParameterValue, 'Replace an event by a tombstone that keeps every proof valid')
            break
        }
        'bourn;help;stream;init' {
            break
        }
        'bourn;help;stream;list' {
            break
        }
        'bourn;help;stream;stat' {
            break
        }
        'bourn;help;stream;repair' {
            break
        }
        'bourn;help;stream;seal' {
            break
        }
        'bourn;help;stream;redact' {
            break
        }
        'bourn;help;completions' {
            break
        }
        'bourn;help;man' {
            break
        }
        'bourn;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
