
use builtin;
use str;

set edit:completion:arg-completer[bourn] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'bourn'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'bourn'= {
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand append 'Add events to a stream, durably and in order'
            cand cat 'Show events in arrival order, bytes unchanged'
            cand replay 'Show the events of a stretch of event time'
            cand fold 'Fold history into state: aggregates or a reducer of your own, per key'
            cand history 'Show the timeline of one entity: what each event changed, and for how long'
            cand diff 'Compare the states at two moments'
            cand window 'Aggregate per window of event time, with late events told'
            cand join 'Join two sources within a distance of event time'
            cand explain 'Tell the fate of one event in a window or join'
            cand watermark 'Pass on the events that are on time, and set the late ones apart'
            cand audit 'Prove that the past is what it was: checkpoints, proofs, signatures'
            cand consumer 'Named readers with offsets of their own'
            cand stream 'Look at a stream, and look after it'
            cand completions 'Print the completions of a shell'
            cand man 'Print the manual page, of bourn or of one command'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'bourn;append'= {
            cand --type 'What happened, as in MoneyDeposited'
            cand --stream 'The entity it is about, as in account-1'
            cand --data 'Its data, as JSON'
            cand --meta 'Metadata, as in --meta user=anna; may be given several times'
            cand --at 'When it happened; now if left out'
            cand --id 'Its id; a new UUIDv7 if left out. Without --type: the path of the event id, as in --id .orderId'
            cand --expect-end 'Store only if the stream holds exactly N events (or none: empty); otherwise exit 4'
            cand --expect-version 'Store only if the last event of ENTITY has version N (the first one has 0), or if it has none, or if one exists; otherwise exit 4. May be given several times'
            cand --unless 'Store only if no event of the stream meets this jq condition; otherwise exit 4'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --linger 'For endless input: store what has come, with a receipt, once its first line has waited so long, as in 50ms'
            cand --batch 'How many lines make a batch that is stored as a whole; as many as fit into 16 MiB if left out'
            cand --sync 'When data is forced to the device'
            cand --lock-timeout 'How long to wait for another writer, as in 5s; for ever if left out'
            cand --on-error 'What to do with a line that is no event'
            cand --max-line 'The longest line'
            cand --no-create 'Do not make the stream'
            cand --verbatim 'Store lines as they are: add no eventId or timestamp to native events that lack them'
            cand --unique 'Leave out events whose id the stream holds already, and count them; the same id with another content is an error'
            cand --atomic 'Store the whole input or nothing; always so with --expect-end, --expect-version and --unless'
            cand --unsafe-fs 'Append also when the stream is on a network file system, where locks and flushes may not hold'
            cand --tee 'Pass the events on instead of printing a receipt'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;cat'= {
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --from 'Begin here: an offset, a time, earliest or latest (behind the last event)'
            cand --to 'End here, included: an offset or a time'
            cand --lateness 'No event lies further behind an earlier one than this, as stream stat tells: a stretch of time is then searched for by bisection in a file, and an event that does is an error'
            cand --limit 'At most so many events'
            cand --last 'Only the last so many events'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --select 'Print what this jq expression gives instead of the event'
            cand --consumer 'Begin where this consumer of the stream or file stands'
            cand --state 'Where the consumer is kept; otherwise in the stream, or beside the file, or in the user''s state directory'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --reverse 'The last event first'
            cand --follow 'Wait for new events at the end'
            cand --with-offset 'Print {"offset":…,"event":…}'
            cand --commit 'Commit the consumer''s offset after the output was written and flushed'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;replay'= {
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --from 'From this time or @OFFSET on, included'
            cand --until 'Up to this time or @OFFSET, included'
            cand --before 'Up to this time or @OFFSET, excluded'
            cand --lateness 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --watermark 'With --sort: how late events may be, so that few are held back; a later one is told, and goes to --late-to'
            cand --late-to 'Write events that are too late to be sorted to this file, or append them to this stream'
            cand --speed 'Keep the gaps between the events: realtime, so many times faster as in 10x or 0.5x, or max'
            cand --select 'Print what this jq expression gives instead of the event'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --summary 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error'
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --sort 'Put the events in the order of their time; of equals the one that arrived first goes first'
            cand --fail-on-late 'Exit 1 when an event was late'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;fold'= {
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --by 'One group per value of these paths, as in --by .userId,.data.currency or --by ''day=.timestamp[:10]'''
            cand -a 'An aggregate, as in -a ''total=sum(.data.amount) where .eventType == "Paid"''; may be given several times'
            cand --aggregate 'An aggregate, as in -a ''total=sum(.data.amount) where .eventType == "Paid"''; may be given several times'
            cand --init 'The first state of --reduce, as JSON'
            cand --reduce 'A reducer in jq: . is the state, $e the event, the result the next state'
            cand -f 'A file that holds the reducer'
            cand --file 'A file that holds the reducer'
            cand --at 'The states as they were at each of these moments, in one pass; events may be out of order'
            cand --emit 'What comes out: the final states, or every change'
            cand --assert 'A condition that every state on the way must meet; exit 1 with the event that broke it'
            cand --assert-final 'A condition that the last states must meet'
            cand --having 'Only rows for which this jq condition holds'
            cand --sort-by 'Sort the rows by this jq expression; a leading - sorts the largest first'
            cand --top 'Only the N largest rows by --sort-by, or by the first aggregate'
            cand --select 'What comes out of a row, in jq'
            cand --from 'From this time or @OFFSET on, included'
            cand --until 'Up to this time or @OFFSET, included'
            cand --before 'Up to this time or @OFFSET, excluded'
            cand --lateness 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --into 'Write the results to this file, or append them to this stream, instead of printing them; csv:FILE and tsv:FILE write a table. With fold, sqlite:FILE#TABLE keeps a table up to date: each run reads only what is new'
            cand --resume 'Go on where the last run of this name stopped, and keep for the next one what is open at the end'
            cand --snapshot 'Go on where the last run of this name stopped, and keep for the next one what is open at the end'
            cand --state 'Where the runs are kept; otherwise in the first source, or beside it when it is a file'
            cand --summary 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error'
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --table 'Read a changelog (rows with a "key") and keep the latest row of each key: the inverse of --emit updates'
            cand --ties 'With --top, also the rows that are equal to the last of them'
            cand --drain 'The sources are complete: close what is open, as a run without --resume does'
            cand --rebuild 'Start from the beginning, also when the job has changed since the last run'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;history'= {
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --by 'Only events that have this value at this path, as in --by .userId=123; may be given several times'
            cand --merge 'The object that each event lays over the state (JSON Merge Patch: null takes a field away)'
            cand -a 'An aggregate as part of the state, as in -a ''balance=sum(.data.amount)''; may be given several times'
            cand --aggregate 'An aggregate as part of the state, as in -a ''balance=sum(.data.amount)''; may be given several times'
            cand --init 'The first state of --reduce, as JSON'
            cand --reduce 'A reducer in jq: . is the state, $e the event, the result the next state'
            cand -f 'A file that holds the reducer'
            cand --file 'A file that holds the reducer'
            cand --from 'From this time or @OFFSET on, included'
            cand --until 'Up to this time or @OFFSET, included'
            cand --before 'Up to this time or @OFFSET, excluded'
            cand --lateness 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --with-state 'Tell the whole state after each event, too'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;diff'= {
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --from 'The first moment: a time or @OFFSET; its events are included'
            cand --to 'The second moment; the end of the history if left out'
            cand --by 'One state per value of these paths, as in --by .userId,.data.currency'
            cand --merge 'The object that each event lays over the state (JSON Merge Patch: null takes a field away)'
            cand -a 'An aggregate as part of the state, as in -a ''balance=sum(.data.amount)''; may be given several times'
            cand --aggregate 'An aggregate as part of the state, as in -a ''balance=sum(.data.amount)''; may be given several times'
            cand --init 'The first state of --reduce, as JSON'
            cand --reduce 'A reducer in jq: . is the state, $e the event, the result the next state'
            cand -f 'A file that holds the reducer'
            cand --file 'A file that holds the reducer'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;window'= {
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --tumbling 'Windows of this size, side by side; 1d, 1w, 1mo, 1q and 1y are civil sizes in --tz'
            cand --hopping 'Windows of a size that begin every so often, as in --hopping 5m/1m'
            cand --session 'Windows that end after a gap without events'
            cand --anchored 'Windows per key that begin with the key''s first event'
            cand --sliding 'For each event the window of this size that ends with it, both ends included'
            cand --late-by 'What makes an event late: its window being closed, or (stricter) being older than the watermark'
            cand --clock 'Whether an event counts at its own time, or at the time at which it arrives'
            cand --idle 'With --merge and --follow: a source that is silent for so long is left out until it speaks again'
            cand --emit 'What comes out: final (each window once, when it closes), updates (every change, numbered by rev), or, as in every:10s, what has changed at each 10 s of stream time, and each window once more when it closes'
            cand --fill-limit 'How many empty windows in a row --fill writes; more are an error'
            cand --watermark 'How late events may be: the watermark is the largest event time so far less this'
            cand --grace 'How much longer than that windows stay open, and rows wait for partners'
            cand --max-ahead 'An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock must not close all'
            cand --late-to 'Write late events to this file, or append them to this stream, with what they missed and by how much'
            cand --tz 'Print times in this time zone, as in Europe/Vienna; UTC if left out'
            cand --by 'One group per value of these paths, as in --by .userId,.data.currency or --by ''day=.timestamp[:10]'''
            cand -a 'An aggregate, as in -a ''total=sum(.data.amount) where .eventType == "Paid"''; may be given several times'
            cand --aggregate 'An aggregate, as in -a ''total=sum(.data.amount) where .eventType == "Paid"''; may be given several times'
            cand --having 'Only rows for which this jq condition holds'
            cand --sort-by 'Sort the rows by this jq expression; a leading - sorts the largest first'
            cand --top 'Only the N largest rows by --sort-by, or by the first aggregate'
            cand --select 'What comes out of a row, in jq'
            cand --from 'From this time or @OFFSET on, included'
            cand --until 'Up to this time or @OFFSET, included'
            cand --before 'Up to this time or @OFFSET, excluded'
            cand --lateness 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --into 'Write the results to this file, or append them to this stream, instead of printing them; csv:FILE and tsv:FILE write a table. With fold, sqlite:FILE#TABLE keeps a table up to date: each run reads only what is new'
            cand --resume 'Go on where the last run of this name stopped, and keep for the next one what is open at the end'
            cand --snapshot 'Go on where the last run of this name stopped, and keep for the next one what is open at the end'
            cand --state 'Where the runs are kept; otherwise in the first source, or beside it when it is a file'
            cand --summary 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error'
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --sliding-all 'With --sliding, also the windows that begin just after an event'
            cand --merge 'Each source has its own stream time, and the smallest counts'
            cand --fill 'Also the empty windows between the first and the last result of each key'
            cand --follow 'Wait for new events at the end'
            cand --fail-on-late 'Exit 1 when an event was late'
            cand --ties 'With --top, also the rows that are equal to the last of them'
            cand --per-window '--sort-by and --top order the rows of each window by themselves'
            cand --drain 'The sources are complete: close what is open, as a run without --resume does'
            cand --rebuild 'Start from the beginning, also when the job has changed since the last run'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;join'= {
            cand --on 'The paths that must be equal, as in --on .userId,.productId'
            cand --on-right 'The paths of the right side, in the same order, where they differ'
            cand --kind 'Which rows come out'
            cand --left-key 'With --tables: the key of the left table, where --on names what refers to the right one'
            cand --max-age 'With --as-of: how old the right row may be'
            cand --table-value 'The path whose being null deletes the key in a table; otherwise "deleted":true, "retracted":true, or null as state or data'
            cand --within 'How far apart the two may be, both ways'
            cand --before 'How far the right one may lie before the left one'
            cand --after 'How far the right one may lie after the left one'
            cand --watermark 'How late events may be: the watermark is the largest event time so far less this'
            cand --grace 'How much longer than that windows stay open, and rows wait for partners'
            cand --max-ahead 'An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock must not close all'
            cand --late-to 'Write late events to this file, or append them to this stream, with what they missed and by how much'
            cand --tz 'Print times in this time zone, as in Europe/Vienna; UTC if left out'
            cand --watermark-right 'How late events of the right side may be, where that differs'
            cand --grace-right 'How much longer right rows wait, where that differs'
            cand --idle 'With --follow: a side that is silent for so long is left out until it speaks again'
            cand --select 'What comes out of a pair, in jq, from .left, .right, .key and .gap'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --into 'Write the results to this file, or append them to this stream, instead of printing them; csv:FILE and tsv:FILE write a table. With fold, sqlite:FILE#TABLE keeps a table up to date: each run reads only what is new'
            cand --resume 'Go on where the last run of this name stopped, and keep for the next one what is open at the end'
            cand --snapshot 'Go on where the last run of this name stopped, and keep for the next one what is open at the end'
            cand --state 'Where the runs are kept; otherwise in the first source, or beside it when it is a file'
            cand --summary 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error'
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --as-of 'The right side is a table: a left row meets the latest right row of its key at or before its own time'
            cand --tables 'Both sides are tables (changelogs): every change of the joined table comes out, and deletions as "deleted":true'
            cand --fail-on-late 'Exit 1 when an event was late'
            cand --follow 'Wait for new events at the end'
            cand --drain 'The sources are complete: close what is open, as a run without --resume does'
            cand --rebuild 'Start from the beginning, also when the job has changed since the last run'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;explain'= {
            cand --event 'The id of the event, or its @OFFSET'
            cand --format 'How it is told'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;watermark'= {
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --watermark 'How late events may be'
            cand --max-ahead 'An event further than this in front of the clock, or of the events before it, is set aside: one wrong clock must not make all others late'
            cand --late-to 'Write late events to this file, or append them to this stream, with by how much they are late'
            cand --tz 'Print times in this time zone, as in Europe/Vienna; UTC if left out'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --summary 'How the account of the run (read = used + filtered + late + duplicate + set aside) is told on standard error'
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --follow 'Wait for more at the end, until a signal comes'
            cand --sort 'Also put the events in the order of their time; each is held back until the watermark has come to it'
            cand --fail-on-late 'Exit 1 when an event was late'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;audit'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand check 'Hold rules against every event, with each finding at its place'
            cand checkpoint 'Pin the whole history in three lines'
            cand verify 'Check a stream against its seals and head, and any log against checkpoints and receipts'
            cand prove 'Print a proof that an event is in the log, or that the log goes on from an earlier state'
            cand verify-proof 'Check a proof without the log'
            cand cosign 'Add a witness''s signature to a checkpoint'
            cand keygen 'Make a key to sign with'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'bourn;audit;check'= {
            cand --rules 'Take the rules from this TOML file; flags go before it, and lists are put together'
            cand --tolerance 'How far event times may go back, as in 5s'
            cand --entity-version 'The versions of each entity (its streamId, or what --key names) count up by one, as in .metadata.version'
            cand --first-version 'The version with which a history begins: a number, or any for a part of a history; 0 or 1 if left out'
            cand --require 'Every event has these fields, and they are not null'
            cand --assert 'A jq condition that holds for every event; may be given several times'
            cand --balanced 'Double entry: the amounts of each group add up to exactly zero, as in .data.txnId=.data.amount, or per currency .data.txnId,.data.currency=.data.amount'
            cand --schema 'Every event meets this JSON Schema'
            cand --not-before 'No event time lies before this time'
            cand --not-after 'No event time lies after this time'
            cand --types 'Every event has one of these types'
            cand --skip 'Leave out rules that are held otherwise: lines, ids or order'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --type 'Path of the event type, as in --type .kind'
            cand --format 'How the verdict is told'
            cand --limit 'How many findings of each rule are shown; 0 shows all. All are counted'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps a condition may take for one event'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;audit;checkpoint'= {
            cand --origin 'The name of the log in the checkpoint; the name of the key, or the last part of SOURCE, if left out'
            cand --key 'Sign the checkpoint with this key, as bourn audit keygen wrote it'
            cand --size 'Only the first N lines'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;audit;verify'= {
            cand --checkpoint 'The log must begin with the lines of this checkpoint or receipt (a file, or the receipt itself); several may be given'
            cand --vkey 'Require the signature of this key, given as NAME+ID+KEY or as a file of such lines; may be given several times'
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;audit;prove'= {
            cand --from 'Prove that the log begins with its first SIZE lines as they are'
            cand --checkpoint 'The checkpoint to prove it against, signatures and all; the log as it is now if left out'
            cand --origin 'The name of the log in the checkpoint; the name of the key, or the last part of SOURCE, if left out'
            cand --key 'Sign the checkpoint with this key, as bourn audit keygen wrote it'
            cand --size 'Only the first N lines'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;audit;verify-proof'= {
            cand --checkpoint 'The proof must be about this checkpoint or receipt; may be given several times'
            cand --vkey 'Require the signature of this key, given as NAME+ID+KEY or as a file of such lines; may be given several times'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;audit;cosign'= {
            cand --key 'The witness''s key, as bourn audit keygen --witness wrote it'
            cand --previous 'The checkpoint of the log that was signed before; the new one must go on from it'
            cand --proof 'The proof that it does, from bourn audit prove --from'
            cand --vkey 'Require the signature of this key, given as NAME+ID+KEY or as a file of such lines; may be given several times'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;audit;keygen'= {
            cand --out 'The file for the secret half; it must not exist yet'
            cand --witness 'A key of a witness, for audit cosign'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;audit;help'= {
            cand check 'Hold rules against every event, with each finding at its place'
            cand checkpoint 'Pin the whole history in three lines'
            cand verify 'Check a stream against its seals and head, and any log against checkpoints and receipts'
            cand prove 'Print a proof that an event is in the log, or that the log goes on from an earlier state'
            cand verify-proof 'Check a proof without the log'
            cand cosign 'Add a witness''s signature to a checkpoint'
            cand keygen 'Make a key to sign with'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'bourn;audit;help;check'= {
        }
        &'bourn;audit;help;checkpoint'= {
        }
        &'bourn;audit;help;verify'= {
        }
        &'bourn;audit;help;prove'= {
        }
        &'bourn;audit;help;verify-proof'= {
        }
        &'bourn;audit;help;cosign'= {
        }
        &'bourn;audit;help;keygen'= {
        }
        &'bourn;audit;help;help'= {
        }
        &'bourn;consumer'= {
            cand --state 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory'
            cand -h 'Print help'
            cand --help 'Print help'
            cand run 'Run a command for each batch of new events, and commit after it ended well'
            cand replay-dead-letter 'Hand the events of dead letters to a command'
            cand commit 'Commit an offset: everything before it is done'
            cand list 'List the consumers of a stream'
            cand show 'Show one consumer'
            cand lag 'Show how far the consumers are behind the end, in events, bytes and event time; all of them, or one'
            cand reset 'Set a consumer to another offset'
            cand delete 'Forget a consumer'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'bourn;consumer;run'= {
            cand --batch 'The most events of a batch'
            cand --linger 'With --follow: how long a batch that is not full waits for more events, as in 500ms'
            cand --retries 'How often a command that failed is run again'
            cand --backoff 'The first and the longest pause before it is run again; each is twice the one before'
            cand --timeout 'End a command that takes longer: it has failed'
            cand --dead-letter 'Append the events of a batch that failed for good to this stream, with the reason, and go on; without it they end the run with exit 1'
            cand --jobs 'How many commands run at once'
            cand --by 'With --jobs: events with the same value here go to one command, in their order'
            cand --into 'Append the lines that the command prints to this stream, exactly once: their metadata.source says which event of which stream was the last of their batch'
            cand --mark 'Where the mark stands that makes the results exactly once: in their metadata.source, or in the head of the stream, and they stay as they were printed'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --summary 'Tell at the end what was done, on standard error'
            cand --state 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory'
            cand --per-event 'One event a batch; it is in BOURN_EVENT, too'
            cand --follow 'Wait for new events at the end'
            cand --standby 'Wait while another instance runs as this consumer'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;consumer;replay-dead-letter'= {
            cand --batch 'The most events of a batch'
            cand --linger 'With --follow: how long a batch that is not full waits for more events, as in 500ms'
            cand --retries 'How often a command that failed is run again'
            cand --backoff 'The first and the longest pause before it is run again; each is twice the one before'
            cand --timeout 'End a command that takes longer: it has failed'
            cand --dead-letter 'Append the events of a batch that failed for good to this stream, with the reason, and go on; without it they end the run with exit 1'
            cand --jobs 'How many commands run at once'
            cand --by 'With --jobs: events with the same value here go to one command, in their order'
            cand --into 'Append the lines that the command prints to this stream, exactly once: their metadata.source says which event of which stream was the last of their batch'
            cand --mark 'Where the mark stands that makes the results exactly once: in their metadata.source, or in the head of the stream, and they stay as they were printed'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --summary 'Tell at the end what was done, on standard error'
            cand --state 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory'
            cand --per-event 'One event a batch; it is in BOURN_EVENT, too'
            cand --follow 'Wait for new events at the end'
            cand --standby 'Wait while another instance runs as this consumer'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;consumer;commit'= {
            cand --state 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;consumer;list'= {
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --state 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;consumer;show'= {
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --state 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;consumer;lag'= {
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --state 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;consumer;reset'= {
            cand --to 'earliest, latest, an offset, a time, -N or +N events from where it stands, or -2h (that long ago)'
            cand --by 'So many events (-5, +5) or so much event time (-2h, +30m) from where it stands'
            cand --to-consumer 'Where another consumer of the stream stands'
            cand --from-file 'Where a file says, with lines as bourn consumer list prints them'
            cand --state 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory'
            cand --dry-run 'Print the old and the new offset and change nothing'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;consumer;delete'= {
            cand --state 'Where the consumers are kept; otherwise in the stream, or beside the file, or in the user''s state directory'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;consumer;help'= {
            cand run 'Run a command for each batch of new events, and commit after it ended well'
            cand replay-dead-letter 'Hand the events of dead letters to a command'
            cand commit 'Commit an offset: everything before it is done'
            cand list 'List the consumers of a stream'
            cand show 'Show one consumer'
            cand lag 'Show how far the consumers are behind the end, in events, bytes and event time; all of them, or one'
            cand reset 'Set a consumer to another offset'
            cand delete 'Forget a consumer'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'bourn;consumer;help;run'= {
        }
        &'bourn;consumer;help;replay-dead-letter'= {
        }
        &'bourn;consumer;help;commit'= {
        }
        &'bourn;consumer;help;list'= {
        }
        &'bourn;consumer;help;show'= {
        }
        &'bourn;consumer;help;lag'= {
        }
        &'bourn;consumer;help;reset'= {
        }
        &'bourn;consumer;help;delete'= {
        }
        &'bourn;consumer;help;help'= {
        }
        &'bourn;stream'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand init 'Make a stream, durably, with settings of its own'
            cand list 'List the streams under a directory'
            cand stat 'Show what a stream or file looks like: types, entities, times, disorder, sizes'
            cand repair 'Settle what a crash left at the end of a stream, and say what it was'
            cand seal 'Seal the active segment'
            cand redact 'Replace an event by a tombstone that keeps every proof valid'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'bourn;stream;init'= {
            cand --segment-bytes 'The size at which a segment is sealed; 256 MiB if left out'
            cand --type 'Path of the event type, as in --type .kind'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;stream;list'= {
            cand --format 'Format of the results'
            cand --color 'Colours in tables'
            cand --csv-safe 'Put a quote before CSV cells that a spreadsheet would take for a formula'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;stream;stat'= {
            cand --on-error 'What to do with a line that is no event: fail (exit 3), skip (count it, name it, go on, exit 1), or quarantine (also keep it in the file that --quarantine names)'
            cand --quarantine 'Add lines that are set aside to FILE, byte for byte, and the reasons to FILE.why; means --on-error quarantine'
            cand --max-line 'The longest line, as in 1024, 64KiB or 256MiB'
            cand --max-steps 'How many steps an interpreted expression may take for one event'
            cand --threads 'How many threads read a long input, 1 or 2: two take more of the processors, and less time where memory is slow. The results are the same'
            cand --top 'How many of the most frequent types and entities are shown'
            cand --format 'A page for people, or one JSON object'
            cand --where 'Only events for which this jq condition holds'
            cand --type 'Only these event types, as in --type Paid,Refunded; a path such as --type .kind says where the type is'
            cand --stream 'Only events of this entity (its streamId, or what --key names)'
            cand --from 'From this time or @OFFSET on, included'
            cand --until 'Up to this time or @OFFSET, included'
            cand --before 'Up to this time or @OFFSET, excluded'
            cand --lateness 'No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by bisection in a file, and an event that does is an error'
            cand --preset 'Shape of the events: native, cloudevents, debezium, cloudtrail, journald, docker or otel'
            cand --time 'Path of the event time, as in --time .ts'
            cand --time-unit 'Unit of numeric times: s, ms, us or ns; told from the magnitude if left out'
            cand --key 'Path of the entity, as in --key .orderId'
            cand --id 'Path of the event id, as in --id .uuid'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'bourn;stream;repair'= {
            cand --lock-timeout 'How long to wait for another writer, as in 5s; for ever if left out'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;stream;seal'= {
            cand --lock-timeout 'How long to wait for another writer, as in 5s; for ever if left out'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;stream;redact'= {
            cand --reason 'Why, for those who find the tombstone'
            cand --all 'Let nothing of the event stay'
            cand --yes 'Do it: it cannot be taken back'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;stream;help'= {
            cand init 'Make a stream, durably, with settings of its own'
            cand list 'List the streams under a directory'
            cand stat 'Show what a stream or file looks like: types, entities, times, disorder, sizes'
            cand repair 'Settle what a crash left at the end of a stream, and say what it was'
            cand seal 'Seal the active segment'
            cand redact 'Replace an event by a tombstone that keeps every proof valid'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'bourn;stream;help;init'= {
        }
        &'bourn;stream;help;list'= {
        }
        &'bourn;stream;help;stat'= {
        }
        &'bourn;stream;help;repair'= {
        }
        &'bourn;stream;help;seal'= {
        }
        &'bourn;stream;help;redact'= {
        }
        &'bourn;stream;help;help'= {
        }
        &'bourn;completions'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;man'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'bourn;help'= {
            cand append 'Add events to a stream, durably and in order'
            cand cat 'Show events in arrival order, bytes unchanged'
            cand replay 'Show the events of a stretch of event time'
            cand fold 'Fold history into state: aggregates or a reducer of your own, per key'
            cand history 'Show the timeline of one entity: what each event changed, and for how long'
            cand diff 'Compare the states at two moments'
            cand window 'Aggregate per window of event time, with late events told'
            cand join 'Join two sources within a distance of event time'
            cand explain 'Tell the fate of one event in a window or join'
            cand watermark 'Pass on the events that are on time, and set the late ones apart'
            cand audit 'Prove that the past is what it was: checkpoints, proofs, signatures'
            cand consumer 'Named readers with offsets of their own'
            cand stream 'Look at a stream, and look after it'
            cand completions 'Print the completions of a shell'
            cand man 'Print the manual page, of bourn or of one command'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'bourn;help;append'= {
        }
        &'bourn;help;cat'= {
        }
        &'bourn;help;replay'= {
        }
        &'bourn;help;fold'= {
        }
        &'bourn;help;history'= {
        }
        &'bourn;help;diff'= {
        }
        &'bourn;help;window'= {
        }
        &'bourn;help;join'= {
        }
        &'bourn;help;explain'= {
        }
        &'bourn;help;watermark'= {
        }
        &'bourn;help;audit'= {
            cand check 'Hold rules against every event, with each finding at its place'
            cand checkpoint 'Pin the whole history in three lines'
            cand verify 'Check a stream against its seals and head, and any log against checkpoints and receipts'
            cand prove 'Print a proof that an event is in the log, or that the log goes on from an earlier state'
            cand verify-proof 'Check a proof without the log'
            cand cosign 'Add a witness''s signature to a checkpoint'
            cand keygen 'Make a key to sign with'
        }
        &'bourn;help;audit;check'= {
        }
        &'bourn;help;audit;checkpoint'= {
        }
        &'bourn;help;audit;verify'= {
        }
        &'bourn;help;audit;prove'= {
        }
        &'bourn;help;audit;verify-proof'= {
        }
        &'bourn;help;audit;cosign'= {
        }
        &'bourn;help;audit;keygen'= {
        }
        &'bourn;help;consumer'= {
            cand run 'Run a command for each batch of new events, and commit after it ended well'
            cand replay-dead-letter 'Hand the events of dead letters to a command'
            cand commit 'Commit an offset: everything before it is done'
            cand list 'List the consumers of a stream'
            cand show 'Show one consumer'
            cand lag 'Show how far the consumers are behind the end, in events, bytes and event time; all of them, or one'
            cand reset 'Set a consumer to another offset'
            cand delete 'Forget a consumer'
        }
        &'bourn;help;consumer;run'= {
        }
        &'bourn;help;consumer;replay-dead-letter'= {
        }
        &'bourn;help;consumer;commit'= {
        }
        &'bourn;help;consumer;list'= {
        }
        &'bourn;help;consumer;show'= {
        }
        &'bourn;help;consumer;lag'= {
        }
        &'bourn;help;consumer;reset'= {
        }
        &'bourn;help;consumer;delete'= {
        }
        &'bourn;help;stream'= {
            cand init 'Make a stream, durably, with settings of its own'
            cand list 'List the streams under a directory'
            cand stat 'Show what a stream or file looks like: types, entities, times, disorder, sizes'
            cand repair 'Settle what a crash left at the end of a stream, and say what it was'
            cand seal 'Seal the active segment'
            cand redact 'Replace an event by a tombstone that keeps every proof valid'
        }
        &'bourn;help;stream;init'= {
        }
        &'bourn;help;stream;list'= {
        }
        &'bourn;help;stream;stat'= {
        }
        &'bourn;help;stream;repair'= {
        }
        &'bourn;help;stream;seal'= {
        }
        &'bourn;help;stream;redact'= {
        }
        &'bourn;help;completions'= {
        }
        &'bourn;help;man'= {
        }
        &'bourn;help;help'= {
        }
    ]
    $completions[$command]
}
