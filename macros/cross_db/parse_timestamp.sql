{#- A timestamp in UTC, without zone, from whatever a source calls one: a date, a timestamp (local to
    covey_source_timezone), an instant, seconds, milliseconds, microseconds or nanoseconds since 1970,
    or a text. A text with an offset or zone is an instant; one without is local time. With
    `is_moment` false only the day matters and no zone is applied. Null where it is none. -#}
{% macro parse_timestamp(expression, source, is_moment=true) %}
    {{ return(adapter.dispatch('parse_timestamp', 'covey')(expression, source, is_moment)) }}
{% endmacro %}

{% macro default__parse_timestamp(expression, source, is_moment) -%}
    {{ covey.try_cast(expression, 'timestamp') }}
{%- endmacro %}

{% macro duckdb__parse_timestamp(expression, source, is_moment) -%}
    {%- if source == 'date' -%}
        cast({{ expression }} as timestamp)
    {%- elif source == 'timestamp' -%}
        {{ covey.duckdb__local_to_utc(expression, is_moment) }}
    {%- elif source == 'instant' -%}
        timezone('UTC', {{ expression }})
    {%- elif source == 'number' -%}
        {{ covey.duckdb__instant_of_count(expression, is_moment) }}
    {%- else -%}
        {%- set text = expression if source == 'text' else 'cast(' ~ expression ~ ' as varchar)' -%}
        {%- set behind = ' ?([+-][0-9]{4}|GMT)$' -%}
        case
            when regexp_full_match({{ text }}, '-?[0-9]{8,19}([.][0-9]+)?')
                then {{ covey.duckdb__instant_of_count(
                    'try_cast(' ~ text ~ ' as double)', is_moment
                ) }}
            {%- if is_moment %}
            -- An offset or a zone after the time of day: a plain cast would drop it in silence. Where
            -- only the day matters that is right: a birthday is the same in every zone.
            when regexp_matches({{ text }}, '^[0-9].*:[0-9.]+ ?([A-Za-z][A-Za-z_/+-]*[0-9]*|[+-][0-9]{1,2}(:?[0-9]{2})?)$')
                and not regexp_matches({{ text }}, '(?i)[ap][.]?m[.]?$')
                then timezone('UTC', try_cast({{ text }} as timestamptz))
            {%- endif %}
            when {{ covey.is_iso_timestamp(text) }}
                then {{ covey.duckdb__local_to_utc(
                    'try_cast(' ~ text ~ ' as timestamp)', is_moment, text
                ) }}
            when regexp_matches({{ text }}, ':[0-9]{2}{{ behind }}')
                then timezone('UTC', try_strptime(
                    -- Where only the day matters no zone is applied.
                    regexp_replace({{ text }}, '{{ ' ?GMT$' if is_moment else behind }}', ' +0000'),
                    ['%a, %d %b %Y %H:%M:%S %z', '%d %b %Y %H:%M:%S %z', '%d/%b/%Y:%H:%M:%S %z']
                ))
            -- 10:30PM and 10:30 p.m. are 10:30 PM.
            else {{ covey.duckdb__local_to_utc(
                "try_strptime(regexp_replace(" ~ text ~ ", '(?i) ?([ap])[.]?m[.]?$', ' \\1M'), "
                ~ covey.duckdb__date_formats(is_moment) ~ ')', is_moment, text
            ) }}
        end
    {%- endif -%}
{%- endmacro %}

{#- Seconds below 1e11 (the year 5138), then milliseconds, microseconds, nanoseconds; eight or
    fourteen digits that are a day of 1900 to 2099, or a second of one, are that, by the local clock. -#}
{% macro duckdb__instant_of_count(expression, is_moment) -%}
    {%- set number = 'cast(' ~ expression ~ ' as double)' -%}
    case
                when {{ number }} between 19000101 and 20991231
                    then try_strptime(cast(cast({{ number }} as bigint) as varchar), '%Y%m%d')
                when {{ number }} between 19000101000000 and 20991231235959
                    then {{ covey.duckdb__local_to_utc(
                        "try_strptime(cast(cast(" ~ number ~ " as bigint) as varchar), '%Y%m%d%H%M%S')",
                        is_moment
                    ) }}
                when not isfinite({{ number }}) then null
                when abs({{ number }}) < 1e11 then make_timestamp(cast({{ number }} * 1e6 as bigint))
                when abs({{ number }}) < 1e14 then make_timestamp(cast({{ number }} * 1e3 as bigint))
                when abs({{ number }}) < 1e17 then make_timestamp(cast({{ number }} as bigint))
                when abs({{ number }}) < 1e20 then make_timestamp(cast({{ number }} / 1e3 as bigint))
            end
{%- endmacro %}

{#- A time that does not exist (the clocks went forward) is moved forward by the gap, one that exists
    twice is the second. A `text` without a time of day is a day, and stays it, as a date does. -#}
{% macro duckdb__local_to_utc(expression, is_moment, text=none) -%}
    {%- set zone = var('covey_source_timezone') -%}
    {%- set moment = "timezone('UTC', timezone('" ~ zone ~ "', " ~ expression ~ "))" -%}
    {%- if not is_moment or zone == 'UTC' -%}
        {{ expression }}
    {%- elif text -%}
        case when regexp_matches({{ text }}, ':|T[0-9]') then {{ moment }} else {{ expression }} end
    {%- else -%}
        {{ moment }}
    {%- endif -%}
{%- endmacro %}

{#- Formats that a cast does not know. Day and month with slashes or dashes are read in the order of
    covey_date_order, and in the other one where only that is a date; with dots the day comes first. A
    year of two digits is one around now for a moment; for a day, which may be one of birth, it is
    left as the year of the first century that nobody believes. -#}
{% macro duckdb__date_formats(is_moment) -%}
    {%- set orders = {'dmy': ['%d{0}%m{0}', '%m{0}%d{0}'], 'mdy': ['%m{0}%d{0}', '%d{0}%m{0}']} -%}
    {#- Two digits before four: %Y takes two for the first century. -#}
    {%- set years = ['%y', '%Y'] if is_moment else ['%Y'] -%}
    {%- set days = [] -%}
    {%- for year in years -%}
        {%- do days.extend(['%d.%m.' ~ year, '%d-%b-' ~ year]) -%}
    {%- endfor -%}
    {%- for separator in ['/', '-'] -%}
        {%- for pattern in orders[var('covey_date_order')] -%}
            {%- for year in years -%}
                {%- do days.append(pattern.format(separator) ~ year) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do days.extend([
        '%d %b %Y', '%d %B %Y', '%b %d %Y', '%B %d %Y', '%b %d, %Y', '%B %d, %Y', '%Y.%m.%d',
        '%Y-%m-%d', '%Y/%m/%d',
    ]) -%}
    {%- set formats = [
        "'%Y%m%dT%H%M%S'", "'%Y%m%d%H%M%S'", "'%Y-%m-%d %H:%M:%S,%g'", "'%Y-%m-%dT%H:%M:%S,%g'"
    ] -%}
    {%- for day in days -%}
        {%- for time in ['', ' %H:%M:%S', ' %H:%M', ' %I:%M:%S %p', ' %I:%M %p', ', %H:%M', ', %H:%M:%S'] -%}
            {%- do formats.append("'" ~ day ~ time ~ "'") -%}
        {%- endfor -%}
    {%- endfor -%}
    [{{ formats | join(', ') }}]
{%- endmacro %}
