{#- How many ids of one input are found in another: {total, matched, loosely}, the last without leading
    zeros and letter case. -#}
{% macro doctor_join_facts(from_input, to_input, column) %}
    {%- set found = {} -%}
    {%- for way in ['matched', 'loosely'] -%}
        {%- set sides = [] -%}
        {%- for side in [from_input, to_input] -%}
            {%- set id = side.expressions[column] -%}
            {%- do sides.append(
                'select distinct ' ~ (id if way == 'matched'
                    else covey.regexp_replace_all('lower(' ~ id ~ ')', '^0+', ''))
                ~ ' as id_value, ' ~ id ~ ' as exact_value from ' ~ side.text ~ ' as input_rows'
            ) -%}
        {%- endfor -%}
        {%- set row = run_query('
            with from_ids as (' ~ sides[0] ~ '),
            to_ids as (' ~ sides[1] ~ '),
            known_ids as (select distinct id_value as known_value from to_ids where id_value is not null)
            select count(distinct exact_value) as total, count(distinct case when known_value is not null then exact_value end) as matched
            from from_ids
            left join known_ids on from_ids.id_value = known_ids.known_value
        ').rows[0] -%}
        {%- do found.update({'total': row[0] | int, way: row[1] | int}) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
