{#- An identifier of any type in the form that identities holds; `phone` is what standard_phones made
    of it. -#}
{% macro standard_identifier(type_column, value_column, phone='phone_e164') -%}
    case lower({{ type_column }})
            when 'email' then {{ covey.standard_email(value_column) }}
            when 'phone' then {{ phone }}
            else {{ value_column }}
        end
{%- endmacro %}
