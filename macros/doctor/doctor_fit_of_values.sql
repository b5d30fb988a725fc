{#- How well the values of a source column fit a canonical column, 0 to 1: its type, and what a sample
    of it looks like. `column` is the name, `data_type` the type in the contract. -#}
{% macro doctor_fit_of_values(column, data_type, fact) %}
    {%- set family = fact.family -%}
    {%- if family == 'other' -%}
        {{ return(0.6 if column == 'properties' or column == 'tags' else 0.1) }}
    {%- endif -%}
    {%- if data_type in ('timestamp', 'date') -%}
        {%- if family == 'time' -%}{{ return(1.0) }}
        {%- elif family == 'text' -%}{{ return(0.7 if fact.day is none else fact.day) }}
        {%- endif -%}
        {{ return(0.97 if data_type == 'timestamp' and covey.doctor_epoch(fact) else 0.0) }}
    {%- elif data_type in ('double', 'bigint') -%}
        {%- if family in ('integer', 'number') -%}{{ return(1.0) }}
        {%- elif family == 'text' -%}{{ return(0.7 if fact.decimal is none
            else 0.97 * fact.decimal) }}
        {%- endif -%}
        {{ return(0.0) }}
    {%- elif data_type == 'boolean' -%}
        {%- if family == 'boolean' -%}{{ return(1.0) }}
        {%- endif -%}
        {{ return(0.9 if fact.distinct <= 2 and family != 'time' else 0.2) }}
    {%- endif -%}
    {%- if family == 'time' -%}
        {{ return(0.1) }}
    {%- elif family == 'boolean' -%}
        {{ return(0.2) }}
    {%- elif column == 'email' -%}
        {{ return(0.1 if family != 'text' else 0.8 if fact.email is none
            else 0.2 + 0.8 * fact.email) }}
    {%- elif column.endswith('_id') or column.endswith('_number') or column == 'identifier'
        or column in ('phone', 'postal_code') -%}
        {{ return(0.3 if family == 'number' else 1.0) }}
    {%- elif family in ('integer', 'number') -%}
        {{ return(0.5) }}
    {%- elif fact.email is not none and fact.email > 0.9 -%}
        {{ return(0.3) }}
    {%- endif -%}
    {{ return(1.0) }}
{% endmacro %}
