{#- A text, or null where it only says that there is no value. -#}
{% macro without_null_words(expression) -%}
    case
            when
                length({{ expression }}) < 10
                and {{ covey.is_one_of('lower(' ~ expression ~ ')', [
                    'null', '(null)', '<null>', 'none', '(none)', 'nil', 'nan', 'nat', 'n/a', '#n/a',
                    'na', '\\n', '-', '--', 'undefined', 'unknown',
                ]) }}
                then null
            else {{ expression }}
        end
{%- endmacro %}
