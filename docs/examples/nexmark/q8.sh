#!/bin/sh
# Nexmark query 8, new users: who opened an auction in the same ten seconds in which he came?
# Columns: person, name, start of the window in milliseconds since 1970.
exec bourn window "$1" --type Person,Auction --tumbling 10s --summary none --format csv \
    --by 'person=if .eventType == "Person" then .data.id else .data.seller end' \
    -a 'name=last(.data.name) where .eventType == "Person"' -a 'auctions=count() where .eventType == "Auction"' \
    --having '.name != null and .auctions > 0' \
    --select '[.key.person, .name, (.window.start | fromdate * 1000 | floor)]'
