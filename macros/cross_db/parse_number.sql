{#- A number from a number, or from a text as people and exports write it: 1,234.50, 1.234,50, 1'234,
    EUR 12.50, (12.50) for a negative, 12.50-. A separator that can be either (1,234) is read as
    covey_decimal_separator says. Null where the text is no number. -#}
{% macro parse_number(expression, source) %}
    {%- if source == 'number' -%}
        {{ return('cast(' ~ expression ~ ' as ' ~ covey.type_double() ~ ')') }}
    {%- elif source != 'text' -%}
        {{ return(covey.try_cast(expression, covey.type_double())) }}
    {%- endif -%}
    {{ return(adapter.dispatch('parse_number', 'covey')(expression)) }}
{% endmacro %}

{% macro default__parse_number(expression) -%}
    {{ covey.try_cast(expression, covey.type_double()) }}
{%- endmacro %}

{% macro duckdb__parse_number(expression) -%}
    {%- set decimal = var('covey_decimal_separator') -%}
    {%- set group = ',' if decimal == '.' else '.' -%}
    {%- set as_regex = {'.': '\\.', ',': ','} -%}
    {#- Without currency and blanks; a minus may lead, trail or be written as brackets. -#}
    {%- set bare -%}
        regexp_replace(
            regexp_replace(
                replace({{ expression }}, '−', '-'),
                '^([-+(]*)\s*(?:[A-Za-z]{0,3}\s*[$€£¥₹]|[A-Z]{3})?|(?:[$€£¥₹]|[A-Z]{3})\s*([-)]*)$', '\1\2', 'g'
            ),
            '[\s\x{00A0}\x{202F}''’_]', '', 'g'
        )
    {%- endset -%}
    {%- set digits -%} regexp_replace({{ bare }}, '[-+()]', '', 'g') {%- endset -%}
    {%- set unsigned -%}
        case
            when not regexp_full_match({{ digits }}, '[0-9]*([.,]?[0-9]+)+[.,]?') then null
            -- Both separators: the last one is the decimal one.
            when regexp_full_match({{ digits }}, '[0-9]{1,3}(,[0-9]{2,3})+\.[0-9]*')
                then replace({{ digits }}, ',', '')
            when regexp_full_match({{ digits }}, '[0-9]{1,3}(\.[0-9]{3})+,[0-9]*')
                then replace(replace({{ digits }}, '.', ''), ',', '.')
            -- Thousands alone: several groups, or one that the decimal separator rules out. The first
            -- group has no leading zero: 0,500 is a half.
            when regexp_full_match({{ digits }}, '[0-9]{1,3}([.,][0-9]{3}){2,}')
                then regexp_replace({{ digits }}, '[.,]', '', 'g')
            when regexp_full_match({{ digits }}, '[1-9][0-9]{0,2}{{ as_regex[group] }}[0-9]{3}')
                then replace({{ digits }}, '{{ group }}', '')
            when regexp_full_match({{ digits }}, '[0-9]*[.,][0-9]*') then replace({{ digits }}, ',', '.')
            when regexp_full_match({{ digits }}, '[0-9]+') then {{ digits }}
        end
    {%- endset -%}
    case
            {%- if decimal == '.' %}
            when try_cast({{ expression }} as double) is not null
            {%- else %}
            when
                try_cast({{ expression }} as double) is not null
                and not regexp_full_match({{ expression }}, '[-+]?[1-9][0-9]{0,2}(\.[0-9]{3})+')
            {%- endif %}
                then
                    case
                        when isfinite(try_cast({{ expression }} as double))
                            then try_cast({{ expression }} as double)
                    end
            when regexp_matches({{ bare }}, '^-|-$|^\(.*\)$')
                then -1 * try_cast({{ unsigned }} as double)
            else try_cast({{ unsigned }} as double)
        end
{%- endmacro %}
