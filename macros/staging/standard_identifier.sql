{#- An identifier of any type in the form that identities holds. -#}
{% macro standard_identifier(type_column, value_column) -%}
    case lower({{ type_column }})
            when 'email' then {{ covey.standard_email(value_column) }}
            when 'phone' then {{ covey.standard_phone(value_column) }}
            else {{ value_column }}
        end
{%- endmacro %}
