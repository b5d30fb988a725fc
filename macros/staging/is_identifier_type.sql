{% macro is_identifier_type(column) -%}
    lower({{ column }}) in (
        'customer_id', 'user_id', 'email', 'phone', 'loyalty_number', 'anonymous_id', 'device_id'
    )
{%- endmacro %}
