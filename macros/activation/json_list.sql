{#- The names that a text joins by | as a JSON list; an empty one for null. They hold no quote: the test
    of audience_members sees to it. -#}
{% macro json_list(expression) -%}
    case
            when {{ expression }} is null then '[]'
            else '["' || replace({{ expression }}, '|', '","') || '"]'
        end
{%- endmacro %}
