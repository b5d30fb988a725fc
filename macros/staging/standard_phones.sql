{#- A select of every column of a relation, and `column`: a telephone number of each row in E.164
    form, null where it cannot be one. A select, not an expression, because it takes two joins: the
    plan of the country that a number is written in says what stands for the plus, the plan of the
    country it leads to which trunk prefix to drop and how long it may be. The columns it is made
    from start with the name of the column. -#}
{% macro standard_phones(relation, number, country='cast(null as varchar)', column='phone_e164') %}
    {%- set read, reduced, dialled = column ~ '_read', column ~ '_reduced', column ~ '_dialled' -%}
    {%- set text, digits, to = column ~ '_text', column ~ '_digits', column ~ '_to' -%}
    {%- set typed = "replace(lower(" ~ number ~ "), '\uff0b', '+')" -%}
    {#- 491511234567.0 went through a spreadsheet or a float on its way. -#}
    {%- set written = "case when " ~ typed ~ " like '%.0' and "
        ~ covey.regexp_replace_all(typed, '[0-9]', '') ~ " in ('.', '+.') then substr(" ~ typed
        ~ ", 1, length(" ~ typed ~ ") - 2) else " ~ typed ~ " end" -%}
    {%- set words_before = '^[^0-9+]+' -%}
    {%- set extension = '[ ,;./-]*(extension|extn|ext|durchwahl|dw|anexo|x|#)'
        ~ '[ .:=]*[0-9]+[ #]*$' -%}
    {%- set whole = 'length(' ~ digits ~ ')' -%}
    {%- set rest = '(length(' ~ digits ~ ') - length(home_plans.calling_code))' -%}
    {%- set national = 'substr(' ~ to ~ ', length(plans.calling_code) + 1)' -%}
    {%- set national_length = 'length(' ~ national ~ ')' -%}
    {%- set default_country = var('covey_default_country') | upper -%}
    {%- if default_country | length != 2 -%}
        {{ exceptions.raise_compiler_error(
            'covey_default_country must be a code of two letters such as DE, not ' ~ default_country
        ) }}
    {%- endif %}
    with {{ read }} as (
        select
            {{ relation }}.*,
            coalesce({{ country }}, '{{ default_country }}') as {{ column }}_country,
            {{ covey.regexp_replace_all(
                covey.regexp_replace_all(written, extension, ''), words_before, ''
            ) }} as {{ text }}
        from {{ relation }}
    ),

    {{ reduced }} as (
        select
            *,
            case
                -- Letters, and marks that hide digits, mean that it is no number.
                when {{ text }} <> {{ covey.regexp_replace_all(text, '[a-z@*?]', '') }} then null
                when {{ text }} like '+%'
                    then '+' || {{ covey.regexp_replace_all(text, '[^0-9]', '') }}
                else nullif({{ covey.regexp_replace_all(text, '[^0-9]', '') }}, '')
            end as {{ digits }}
        from {{ read }}
    ),

    {{ dialled }} as (
        select
            {{ reduced }}.*,
            case
                when {{ digits }} like '+%' then substr({{ digits }}, 2)
                when {{ digits }} like home_plans.international_prefix || '%'
                    then substr({{ digits }}, length(home_plans.international_prefix) + 1)
                -- 00 is so widely read as plus that it is written where it does not work, too.
                when {{ digits }} like '00%' then substr({{ digits }}, 3)
                -- The plus forgotten: no length of the country, or none that people's numbers have,
                -- or so long that nobody would have left the trunk prefix out instead.
                when
                    {{ digits }} like home_plans.calling_code || '%'
                    and case
                        when not {{ covey.is_phone_length(whole, 'home_plans.national_lengths') }}
                            then {{ covey.is_phone_length(rest, 'home_plans.national_lengths') }}
                        when {{ covey.is_phone_length(rest, 'home_plans.subscriber_lengths') }}
                            then {{ whole }} >= 11 or not {{ covey.is_phone_length(
                                whole, 'home_plans.subscriber_lengths'
                            ) }}
                        else false
                    end
                    then {{ digits }}
                else home_plans.calling_code || {{ digits }}
            end as {{ to }}
        from {{ reduced }}
        left join {{ ref('phone_plans') }} as home_plans
            on {{ reduced }}.{{ column }}_country = home_plans.country
    )

    select
        {{ dialled }}.*,
        case
            when length({{ to }}) < 7 then null
            when
                {{ national }} like plans.trunk_prefix || '%'
                and {{ covey.is_phone_length(
                    '(' ~ national_length ~ ' - length(plans.trunk_prefix))',
                    'plans.national_lengths'
                ) }}
                then '+' || plans.calling_code
                    || substr({{ national }}, length(plans.trunk_prefix) + 1)
            when {{ covey.is_phone_length(national_length, 'plans.national_lengths') }}
                then '+' || {{ to }}
            -- A zero in parentheses, as in +34 (0)91, where the country has no trunk prefix.
            when
                {{ national }} like '0%'
                and not plans.keeps_leading_zero
                and {{ covey.is_phone_length(
                    '(' ~ national_length ~ ' - 1)', 'plans.national_lengths'
                ) }}
                then '+' || plans.calling_code || substr({{ national }}, 2)
        end as {{ column }}
    from {{ dialled }}
    left join {{ ref('phone_plans') }} as plans
        on
            plans.is_main_country
            and plans.calling_code = {{ covey.calling_code(to) }}
{% endmacro %}
