#!/bin/sh
# Nexmark query 1, currency conversion: what is each bid in euros, at 0.908 euros a dollar?
# Columns: auction, bidder, price in euros, time in milliseconds since 1970.
exec bourn cat "$1" --type Bid --format csv \
    --select '[.data.auction, .data.bidder, 0.908 * .data.price, (.timestamp | fromdate * 1000 | floor)]'
