{#- The weeks of a horizon, each month of them (a twelfth of 365 days, the last one to the end of the
    horizon) discounted by its middle: what one order a week is worth. The library does the same in
    discount_steps. -#}
{% macro discounted_weeks(horizon_days, yearly_rate) -%}
    {%- set month = 365 / 12 -%}
    {%- set sum = namespace(weeks=0.0) -%}
    {%- for number in range((horizon_days / month) | round(0, 'ceil') | int) -%}
        {%- set begin = number * month -%}
        {%- set end = [begin + month, horizon_days] | min -%}
        {%- set sum.weeks = sum.weeks
            + (end - begin) / 7 * (1 + yearly_rate) ** (-(begin + end) / 2 / 365) -%}
    {%- endfor -%}
    cast({{ '%.17e' | format(sum.weeks) }} as {{ covey.type_double() }})
{%- endmacro %}
