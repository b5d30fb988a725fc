{#- kept, duplicate or quarantined. Of the accepted rows with one key the first in `order_by` is
    kept; the contract's columns break every tie, so the order of the input never matters. -#}
{% macro row_status(key, order_by=[]) -%}
    case
            when quarantine_reason is not null then 'quarantined'
            when row_number() over (
                partition by quarantine_reason is null, {{ key | join(', ') }}
                order by {{ (order_by + [covey.contract_columns()]) | join(', ') }}
            ) > 1 then 'duplicate'
            else 'kept'
        end
{%- endmacro %}
