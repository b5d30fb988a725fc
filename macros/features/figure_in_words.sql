{#- A mean of a feature as a person would write it, by the unit in the feature catalog. -#}
{% macro figure_in_words(number, unit) -%}
    case
            when {{ unit }} = 'share'
                then {{ covey.text_of_number('round(100 * ' ~ number ~ ', 0)') }} || ' %'
            when {{ unit }} = 'reporting currency'
                then {{ covey.text_of_number('round(' ~ number ~ ', 0)') }}
                    || ' {{ var("covey_reporting_currency") }}'
            when abs({{ number }}) >= 100
                then {{ covey.text_of_number('round(' ~ number ~ ', 0)') }} || ' ' || {{ unit }}
            else {{ covey.text_of_number('round(' ~ number ~ ', 1)') }} || ' ' || {{ unit }}
        end
{%- endmacro %}
