{#- One identifier as one text: type, source system and value. Customer and user ids are unique
    within a source system only, every other identifier is unique everywhere. -#}
{% macro identity_node(id_type, value, source_system='null') -%}
    lower({{ id_type }}) || ':' || case
            when lower({{ id_type }}) in ('customer_id', 'user_id')
                then coalesce({{ source_system }}, '{{ var("covey_default_source_system") }}')
            else '(any)'
        end || ':' || {{ value }}
{%- endmacro %}
