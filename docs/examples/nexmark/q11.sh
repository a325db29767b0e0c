#!/bin/sh
# Nexmark query 11, user sessions: how many bids did each bidder make in each of his sessions, which end after ten
# seconds without one?
# Columns: bidder, bids, start of the session in milliseconds since 1970.
exec bourn window "$1" --type Bid --session 10s --by .data.bidder -a 'bids=count()' --summary none --format csv \
    --select '[.key.bidder, .bids, (.window.start | fromdate * 1000 | floor)]'
