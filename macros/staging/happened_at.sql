{#- When the row of an input happened. Nothing can happen after it was received: a clock that runs
    ahead is set back. -#}
{% macro happened_at(input) -%}
    {%- set meta = covey.input_contract(input).meta -%}
    {%- if meta.received_by is defined -%}
    case
            when {{ meta.dated_by }} > {{ meta.received_by }} then {{ meta.received_by }}
            else {{ meta.dated_by }}
        end
    {%- else -%}
    {{ meta.dated_by }}
    {%- endif -%}
{%- endmacro %}
