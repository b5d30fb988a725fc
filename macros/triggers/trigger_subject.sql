{#- What an event is about, for rules of a `subject_type`; null where the event does not say. -#}
{% macro trigger_subject(subject_type, event) -%}
    case {{ subject_type }}
            when 'cart' then {{ event }}.cart_id
            when 'product' then {{ event }}.product_id
            when 'category' then {{ event }}.category
            when 'segment' then {{ event }}.segment
        end
{%- endmacro %}
