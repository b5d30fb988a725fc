{#- True where the cell `audiences` of a destination takes an audience: it is named, or all of its type
    or all of them are. -#}
{% macro takes_audience(cell, audience_id, audience_type) -%}
    (
            {{ covey.is_listed("'(all)'", cell) }}
            or {{ covey.is_listed("'(' || " ~ audience_type ~ " || 's)'", cell) }}
            or {{ covey.is_listed(audience_id, cell) }}
        )
{%- endmacro %}
