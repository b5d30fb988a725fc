{#- An aggregate: the sum of 32 bits of the hash of each row, as text; 0 where there is none. -#}
{% macro hash_total(expression) -%}
    cast(coalesce(
            sum(cast({{ covey.hash_fraction(expression) }} * 4294967296 as decimal(38, 0))), 0
        ) as {{ dbt.type_string() }})
{%- endmacro %}
