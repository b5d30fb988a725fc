{#- True for the name of a type of identifier. -#}
{% macro is_identifier_type(expression) -%}
    {{ covey.is_one_of('lower(' ~ expression ~ ')', [
        'customer_id', 'user_id', 'email', 'phone', 'loyalty_number', 'anonymous_id', 'device_id'
    ]) }}
{%- endmacro %}
