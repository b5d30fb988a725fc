{#- A number as an id: whole numbers without decimals, as 12 for 12.0. -#}
{% macro text_of_number(expression) %}
    {{ return(adapter.dispatch('text_of_number', 'covey')(expression)) }}
{% endmacro %}

{% macro default__text_of_number(expression) -%}
    case
            when {{ expression }} = floor({{ expression }}) and abs({{ expression }}) < 1e15
                then cast(cast({{ expression }} as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
            else cast({{ expression }} as {{ dbt.type_string() }})
        end
{%- endmacro %}

{% macro duckdb__text_of_number(expression) -%}
    case
            when not isfinite(cast({{ expression }} as double)) then null
            when {{ expression }} = floor({{ expression }}) and abs({{ expression }}) < 1e18
                then cast(cast({{ expression }} as bigint) as varchar)
            else cast({{ expression }} as varchar)
        end
{%- endmacro %}
