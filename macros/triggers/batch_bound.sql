{#- The literal of a bound of a microbatch, which dbt gives with the zone of UTC. -#}
{% macro batch_bound(moment) -%}
    cast('{{ (moment | string)[:19] | replace("T", " ") }}' as {{ dbt.type_timestamp() }})
{%- endmacro %}
