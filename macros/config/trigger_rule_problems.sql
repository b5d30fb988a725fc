{#- What is wrong with one row of trigger_rules (column -> value), as a list of sentences. `words` has the
    words that a column knows, `kinds` the kinds of events, `scopes` the known values of kinds of scopes. -#}
{% macro trigger_rule_problems(row, words, kinds, scopes) %}
    {%- set rule = 'The trigger rule ' ~ row.trigger_id -%}
    {%- set problems = [] -%}
    {%- for column in ['trigger_name', 'start_events', 'threshold', 'cool_down_days',
                       'expires_after_days', 'priority', 'is_enabled'] if row[column] is none -%}
        {%- do problems.append(rule ~ ' has no ' ~ column ~ '.') -%}
    {%- endfor -%}
    {%- for column, known in words.items() if row[column] not in known -%}
        {%- do problems.append(
            rule ~ ' has the ' ~ column ~ ' ' ~ row[column] ~ ', which must be one of '
            ~ known | join(', ') ~ '.'
        ) -%}
    {%- endfor -%}
    {%- for column in ['start_events', 'unless_events', 'cancel_events'] if row[column] -%}
        {%- for kind in row[column].split('|') if kind not in kinds -%}
            {%- do problems.append(
                rule ~ ' names the event ' ~ kind ~ ' in ' ~ column ~ '. Did you mean "'
                ~ covey.closest_name(kind, kinds) ~ '"? An event of your own needs a row in the seed'
                ~ ' event_taxonomy.'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for column, least in {
        'threshold': 1, 'window_hours': 0, 'absence_days': 0, 'delay_hours': 0, 'delay_cadences': 0,
        'cool_down_days': 0, 'least_discount_share': 0,
    }.items() if row[column] is not none and row[column] < least -%}
        {%- do problems.append(
            rule ~ ' has ' ~ column ~ ' ' ~ row[column] ~ ', and ' ~ least ~ ' is the least.'
        ) -%}
    {%- endfor -%}
    {%- if row.expires_after_days is not none and row.expires_after_days <= 0 -%}
        {%- do problems.append(
            rule ~ ' has expires_after_days ' ~ row.expires_after_days ~ ', and would never be active.'
        ) -%}
    {%- endif -%}
    {%- if row.least_discount_share is not none and row.least_discount_share > 1 -%}
        {%- do problems.append(
            rule ~ ' has least_discount_share ' ~ row.least_discount_share ~ ', and a share is 1 at most.'
        ) -%}
    {%- endif -%}
    {%- if (row.delay_hours is none) == (row.delay_cadences is none) -%}
        {%- do problems.append(
            rule ~ ' needs either delay_hours (0 for at once) or delay_cadences.'
        ) -%}
    {%- endif -%}
    {%- set dated = 'order_item' if row.subject_type in ('product', 'category') else 'order' -%}
    {%- if row.delay_cadences is not none and row.start_events != dated -%}
        {%- do problems.append(
            rule ~ ' has delay_cadences, and of its subject_type only the start event ' ~ dated
            ~ ' has a cadence.'
        ) -%}
    {%- endif -%}
    {%- for entry in (row.scope or '').split('|') if entry -%}
        {%- set kind = entry.split(':')[0] -%}
        {%- set value = entry[kind | length + 1:] -%}
        {%- if kind not in scopes -%}
            {%- do problems.append(
                rule ~ ' has the scope ' ~ entry ~ ', which must begin with '
                ~ scopes.keys() | join(':, ') ~ ':.'
            ) -%}
        {%- elif scopes[kind] and value not in scopes[kind] -%}
            {%- do problems.append(
                rule ~ ' has the scope ' ~ entry ~ '. Did you mean "' ~ kind ~ ':'
                ~ covey.closest_name(value, scopes[kind]) ~ '"?'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
