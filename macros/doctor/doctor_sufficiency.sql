{#- Is there enough data? A list of {what, found, verdict, why}: ok, thin, insufficient or unknown. -#}
{% macro doctor_sufficiency(mapped) %}
    {%- set lines = [] -%}
    {%- set orders = mapped.get('orders', {}) -%}
    {%- set events = mapped.get('web_events', {}) -%}
    {%- set latest = [] -%}
    {%- if orders.get('status') == 'ok' -%}
        {%- set seen = covey.doctor_order_facts(orders) -%}
        {%- do latest.append(seen.last_day) -%}
    {%- endif -%}
    {%- if events.get('status') == 'ok' -%}
        {%- set browsed = covey.doctor_event_facts(events) -%}
        {%- do latest.append(browsed.last_day) -%}
    {%- endif -%}
    {%- set as_of = var('covey_as_of', none) or (latest | select | sort | last | default(none)) -%}
    {%- if seen -%}
        {%- do lines.append(covey.doctor_verdict('buyers', seen.buyers, 'buyers', seen.buyers
            ~ ' people with an order')) -%}
        {%- do lines.append(covey.doctor_verdict(
            'repeat_buyers', seen.repeat_buyers, 'of them with 2 orders or more',
                seen.repeat_buyers ~ ' people'
        )) -%}
        {%- if seen.first_day -%}
            {%- set months = (covey.doctor_days(seen.first_day, seen.last_day) / 30.44)
                | round(1) -%}
            {%- do lines.append(covey.doctor_verdict(
                'months', months, 'history of orders',
                months ~ ' months (' ~ seen.first_day ~ ' to ' ~ seen.last_day ~ ')'
            )) -%}
            {%- set days = covey.doctor_days(seen.last_day, as_of) -%}
            {%- do lines.append(covey.doctor_verdict(
                'recency_days', days, 'last order', days ~ ' days before ' ~ as_of
                ~ (' (covey_as_of)' if var('covey_as_of', none)
                    else ' (the latest activity)'), lower_is_better=true
            )) -%}
        {%- endif -%}
        {%- do lines.append(covey.doctor_share_line(
            'orders_identified', seen.identified, seen.orders, 'orders with an identifier'
        )) -%}
    {%- endif -%}
    {%- for join in [
        {'bound': 'orders_joined', 'from': 'orders', 'to': 'customers', 'column': 'customer_id',
         'what': 'customer ids of orders in customers'},
        {'bound': 'items_joined', 'from': 'order_items', 'to': 'products', 'column': 'product_id',
         'what': 'product ids of order_items in products'}
    ] -%}
        {%- if mapped.get(join['from'], {}).get('status') == 'ok'
            and mapped.get(join['to'], {}).get('status') == 'ok'
            and join.column not in mapped[join['from']].absent -%}
            {%- set ids = covey.doctor_join_facts(mapped[join['from']], mapped[join['to']],
                join.column) -%}
            {%- do lines.append(covey.doctor_share_line(join.bound, ids.matched, ids.total,
                join.what)) -%}
            {%- if ids.matched < ids.total and ids.loosely > ids.matched -%}
                {%- do lines[-1].update({'hint': (ids.loosely - ids.matched)
                    ~ ' more would match without leading '
                    ~ 'zeros and letter case: map ' ~ join.column
                        ~ ' to an expression that takes them off.'}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if browsed -%}
        {%- do lines.append(covey.doctor_share_line(
            'events_identified', browsed.identified, browsed.events,
                'web events of somebody who logs in'
        )) -%}
    {%- endif -%}
    {{ return(lines) }}
{% endmacro %}
